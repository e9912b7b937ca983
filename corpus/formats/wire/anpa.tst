W2870_kestrovia
r i BC-KE--Talks     06-03 0049
^BC-KE--Talks,49<
^Kestrovia and Ardane talk again<
^Eds: Updates with quote.<
^By INES FALK=
^Meridian Wire=
	   GENEVA (MW) _ Envoys of Kestrovia and Ardane met for two hours on Tuesday.

	   "We listened," said Tamara Kosvat, the chief negotiator.


	   ^AP-WF-06-03-25 1405GMT<
