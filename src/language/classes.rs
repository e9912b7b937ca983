//! What a word list says about a word: closed classes, frames of reporting verbs, inflected forms.

/// Declares the classes once: the enum, its names in the word lists and its table.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident, $all:ident: $($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every value, in the order of its number.
            pub const $all: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the value that a word list calls `name`.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

named! {
    /// A word class that our lists name; a word may have several.
    Class, ALL:
    Determiner = "determiner",
    SubjectPronoun = "subject-pronoun",
    ObjectPronoun = "object-pronoun",
    Possessive = "possessive",
    /// Pronouns that can name a speaker only as "it", "this", "there": mostly empty subjects.
    EmptyPronoun = "empty-pronoun",
    Indefinite = "indefinite",
    Relative = "relative",
    Question = "question",
    That = "that",
    To = "to",
    Preposition = "preposition",
    Coordinator = "coordinator",
    Subordinator = "subordinator",
    Be = "be",
    Have = "have",
    Do = "do",
    Modal = "modal",
    Negation = "negation",
    Adverb = "adverb",
    Adjective = "adjective",
    Noun = "noun",
    Verb = "verb",
    Particle = "particle",
    Number = "number",
    Month = "month",
    Weekday = "weekday",
    TimeWord = "time",
    Title = "title",
    Role = "role",
    Organisation = "organisation",
    Group = "group",
    Document = "document",
    SpeechNoun = "speech-noun",
    GivenName = "given-name",
    Abbreviation = "abbreviation",
    Country = "country",
    Demonym = "demonym",
    SentenceAdverb = "sentence-adverb",
    /// Before a cue's object: "on", "about", "over".
    Topic = "topic",
}

named! {
    /// How a reporting verb takes its content and whom it addresses.
    Frame, FRAMES:
    /// "X said (that) …", "“…,” said X": speech with a clause, any order.
    Say = "say",
    /// "X told Y that …": as `Say`, with an addressee.
    Tell = "tell",
    /// "X asked (Y) whether …".
    Ask = "ask",
    /// "X argued that …": speech with a clause; seldom before its subject.
    Argue = "argue",
    /// "X urged Y to …": content begins at Y.
    Urge = "urge",
    /// "X promised (to) …".
    Promise = "promise",
    /// "X called Y …": naming and describing.
    Call = "call",
    /// "X criticised Y": content is the object.
    Criticise = "criticise",
    /// "X rejected the offer", "X denied …".
    Deny = "deny",
    /// "X discussed Y", "X mentioned Y".
    Discuss = "discuss",
    /// "X tweeted", "X wrote".
    Write = "write",
    /// "the report shows that …": documents and findings.
    Show = "show",
    /// "X laughed", "X smiled": speech only beside a quotation.
    Manner = "manner",
    /// "X continued", "X began": speech only beside a quotation.
    Continue = "continue",
    /// Belief and knowledge: "X thinks that …".
    Believe = "believe",
    /// Wish, plan and feeling: "X wants to …".
    Want = "want",
    /// Acts towards something: "X backed the bill", "X agreed to …".
    Support = "support",
    /// "according to X".
    According = "according",
    /// "X's claim that …", "a statement".
    Noun = "noun",
}

named! {
    /// An inflected form of a verb; one word may be several ("said", "put").
    Form, FORMS:
    Base = "base",
    Third = "third",
    Past = "past",
    Participle = "participle",
    Gerund = "gerund",
}

/// A list of names or of what stands beside them, as `people` reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum NameList {
    GivenName,
    Title,
    PersonNoun,
    OrganisationWord,
    CompanyNoun,
    LegalForm,
    /// Countries and their adjectives.
    Country,
    Place,
    /// First words of places that have several.
    BeginsPlace,
}

/// The lists that hold a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameLists(pub u16);

impl NameLists {
    pub const fn has(self, list: NameList) -> bool {
        self.0 >> list as u8 & 1 == 1
    }

    pub const fn add(&mut self, list: NameList) {
        self.0 |= 1 << list as u8;
    }
}

/// A set of classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Classes(pub u64);

impl Classes {
    pub const fn of(classes: &[Class]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < classes.len() {
            bits |= 1 << classes[index] as u8;
            index += 1;
        }
        Self(bits)
    }

    pub const fn has(self, class: Class) -> bool {
        self.0 >> class as u8 & 1 == 1
    }

    pub const fn meets(self, others: Classes) -> bool {
        self.0 & others.0 != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A set of verb forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Forms(pub u8);

impl Forms {
    pub const fn has(self, form: Form) -> bool {
        self.0 >> form as u8 & 1 == 1
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
