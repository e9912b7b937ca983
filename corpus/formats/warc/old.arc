filedesc://old.arc 0.0.0.0 20050612120000 text/plain 14
1 0 Archivist

https://ledger.example/bank 192.0.2.1 20250612120000 text/html 586
HTTP/1.1 200 OK
Content-Type: text/html; charset=utf-8

<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bank cuts rate | Northern Ledger</title><meta property="article:published_time" content="2025-06-12T09:30:00+01:00"><meta name="author" content="Grace Ansell"></head><body><h1>Bank cuts rate</h1><article><p>PORT SELWYN – The Bank of Marrowmere cut its rate to four per cent on Thursday, the third cut of the year.</p><p>“We have room, and we use it,” said Anneliese Boothe, its governor, who had voted against the cut in March.</p></article></body></html>
