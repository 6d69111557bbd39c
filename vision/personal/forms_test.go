package personal

import (
	"slices"
	"strings"
	"testing"
)

// forms are how people in several countries write what each kind looks for; | is the
// end of a line.
var forms = map[Kind][]string{
	Phone: {
		"+49 (0)30 901820", "+49 30 901820-12", "0049 30 90182012", "030/90182012", "0171 2345678", "+33 1 42 68 53 00", "01 42 68 53 00",
		"06.12.34.56.78", "0612345678", "+1-555-234-5678", "+1 (212) 555-0142", "(212) 555-0142", "212.555.0142", "1-800-555-0199", "020 7946 0958",
		"07700 900123", "07700900123", "+34 912 345 678", "612 34 56 78", "91 234 56 78", "+41 44 668 18 00", "044 668 18 00", "+43 1 58858 0",
		"+91 98765 43210", "98765 43210", "+81 3-1234-5678", "03-1234-5678", "+55 11 91234-5678", "(11) 91234-5678", "+86 138 1234 5678", "138 1234 5678",
		"+61 2 9374 4000", "(02) 9374 4000", "+48 22 123 45 67", "22 123 45 67", "+39 06 1234567", "02 1234567", "+7 (495) 123-45-67", "8 (495) 123-45-67",
		"Tel. 901820", "Tel.: 030 901820", "Tél : 01 42 68 53 00", "T: +44 20 7946 0958", "M 07700 900 123", "Mob: 07700 900123", "Telefon 030-901820",
		"Fon: 030 901820", "Call 555-0142", "Ph: 555 0142", "Téléphone 01 42 68 53 00", "Teléfono 912 345 678", "Móvil 612345678", "Cel 612345678",
		"WhatsApp +5511912345678", "+442079460958", "Handy 0171/2345678", "555-234-5678 ext. 12", "(030) 901820", "Fax 030 901821", "+1 555 234 5678",
		"+353 1 496 0000", "+45 32 12 34 56", "+47 22 33 44 55", "+31 20 123 4567", "020-1234567", "06-12345678", "+46 8 123 456 78", "08-123 456 78",
		"+358 9 1234567", "tel:+49-30-901820", "Notruf 030 901820", "☎ 030 901820", "ring 07700 900123", "Rufnummer 0171 2345678",
	},
	Email: {
		"anna@example.org", "ANNA.K@EXAMPLE.ORG", "anna.k+x@mail.example.co.uk", "E-Mail: anna_k@example.museum", "anna@web.de,",
		"mailto:anna@example.org", "anna@sub-domain.example.com", "<anna@example.org>", "a@b.co", "anna (at) example.org", "anna [at] example [dot] org",
		"anna(at)example.de",
	},
	Handle: {
		"@anna_k", "follow @anna.k", "IG: @anna", "(@anna_k)", "@Anna_2020", "Instagram: anna_k", "Twitter @anna_k", "TikTok: @anna", "Snapchat: anna99",
		"u/anna_k",
	},
	URL: {
		"https://example.com/anna", "www.example.com", "example.com", "Visit example.de!", "http//example.com", "facebook.com/anna.kowalska",
		"linkedin.com/in/anna", "example.co.uk/x", "www.anna-k.de", "WWW.FOH.DK", "anna-kowalska.com.au",
	},
	Street: {
		"221B Baker Street", "10 Downing St", "ABBEY ROAD", "Schillerstraße 12", "Schillerstr. 12", "Unter den Linden 77", "Am Markt 5",
		"12 rue de Rivoli", "RUE DE LA PAIX", "Avenue des Champs-Élysées", "5 Avenue Anatole France", "Calle Mayor 12", "C/ Mayor 12",
		"Av. de la Constitución 3", "Plaza Mayor, 3", "Paseo de la Reforma 222", "1600 Pennsylvania Avenue NW", "350 Fifth Avenue", "350 5th Ave",
		"1 Infinite Loop", "1 Hacker Way", "Via Roma 12", "Keizersgracht 123", "Kungsgatan 5", "ul. Nowa 3", "Bahnhofstrasse 10", "An der Kirche 4",
		"Goetheplatz", "GOETHESTRASSE", "Karl-Marx-Allee 3", "Karl-Marx-Str. 12", "Straße des 17. Juni 135", "Im Wiesengrund 7", "No. 12", "N° 12",
		"Hausnummer 12", "Apt 4B", "Flat 3", "Main St", "42nd Street", "W 42nd St", "Rua Augusta 10", "Grande Rue 4", "Bd Voltaire 12", "Bld. Haussmann 3",
		"av. Foch 12", "Lange Gasse 3", "Kirchweg 2", "Old Kent Road", "Church Lane", "Elm Drive", "Penny Lane",
	},
	Address: {
		"Springfield, IL 62704", "New York NY 10001", "London SW1A 1AA", "10115 Berlin", "D-10115 Berlin", "75001 Paris", "28013 Madrid", "8001 Zürich",
		"1010 Wien", "1012 AB Amsterdam", "00-001 Warszawa", "80331 München", "SW1A 1AA", "M1 1AE", "13 rue X, 75001 Paris", "Mr A, 10115 Berlin",
		"Los Angeles, CA 90012-1234", "75001 PARIS", "F-75001 Paris", "46001 Valencia", "CH-8001 Zürich", "11122 Stockholm", "20121 Milano MI",
		"1000 Bruxelles", "01067 Dresden", "Toronto ON M5V 3L9", "Sydney NSW 2000", "100 00 Praha", "60311 Frankfurt am Main", "44137 Dortmund-Mitte",
	},
	BirthDate: {
		"Date of birth: 12.08.1974", "DOB 12/08/1974", "D.O.B. 12 Aug 1974", "Born 12 August 1974", "geb. 12.08.1974", "geboren am 12. August 1974",
		"* 12.08.1974", "Né le 12/08/1974", "Née le 12 août 1974", "Fecha de nacimiento 12/08/1974", "Nacido el 12 de agosto de 1974", "Birthday: 12 Aug",
		"Geburtstag 12.8.74", "Geburtsdatum|12.08.1974", "Date of birth/Date de naissance|12 AUG/AOUT 74", "Geb.-Datum 12.08.1974",
		"Born: August 12, 1974", "DOB: 1974-08-12", "Nato il 12/08/1974", "Birth date 12-AUG-1974", "Geb.: 12.08.1974", "Date of Birth 12.08.1974 Sex F",
	},
	Password: {
		"Password: hunter2", "Passwort: Geheim123", "WLAN-Schlüssel: Xk29-fFq", "WiFi password is hunter22", "Wi-Fi|Password: abcdef12", "WPA2: Xk29fFq0",
		"PIN: 4821", "PIN 4821", "Kennwort Geheim99", "Mot de passe : abc123", "Contraseña: abc123", "Clave wifi: abc12345", "pw: abc123",
		"User: anna Pass: x7Kq2", "login: anna / x7Kq2", "Login: anna", "Passcode 1234", "Door code 1234#", "Alarm code: 4821",
		"Netzwerkschlüssel: 8372648192", "SSID: Home|Password: zxcv9876", "Wifi: Guest / pass: summer2020", "pass: summer2020", "WLAN Passwort|geheim123",
		"Benutzername: anna", "Username: anna_k", "PIN code: 0000", "Code PIN 1234", "PUK 12345678",
	},
	BoardingPass: {
		"Booking ref: X7K2QP", "PNR ABC123", "PNR: QWERTY", "BOARDING PASS", "Bordkarte", "Buchungscode: X7K2QP", "Record locator|X7K2QP",
		"Confirmation code ABC1D2", "Reference de reservation X7K2QP", "Référence : X7K2QP", "CARTE D'ACCES À BORD", "Tarjeta de embarque",
		"Reservation number: ABC123", "Booking reference X7K2QP", "Booking Reference/Code: X7K2QP", "E-TICKET 220-1234567890", "ETKT 2201234567890",
	},
	Name: {
		"My name is|Anna", "HELLO|my name is|Anna", "Name: Anna Kowalska", "Surname/Nom|KOWALSKA", "Given names ANNA MARIA", "Vorname: Anna",
		"Nachname: Kowalska", "Nom : Dupont", "Apellidos: García", "Nombre: Ana", "First name: Anna", "Passenger: KOWALSKA/ANNA MS",
		"Passenger name|KOWALSKA/ANNA", "Herr Max Mustermann", "Mr John Smith", "Dr. Anna Kowalska", "Mrs. Jane Doe", "Name|Anna Kowalska",
		"Holder: Anna K", "Patient: Anna Kowalska", "MR JOHN SMITH", "Frau Anna Kowalska", "Name of passenger KOWALSKA/ANNA",
	},
	Position: {
		"48.85837, 2.29448", `N 48° 51' 30" E 2° 17' 40"`, `48°51'30"N 2°17'40"E`, "48.8584° N, 2.2945° E", "N48 51.500 E002 17.667", "48.858370 2.294481",
		"48° 51.502' N, 2° 17.669' E",
	},
	Card: {
		"4111 1111 1111 1111", "4111111111111111", "5555-5555-5555-4444", "3782 822463 10005", "6011 1111 1111 1117", "4111 1111|1111 1111",
		"4111 1111 1111 1111 VALID THRU 12/27",
	},
	IBAN: {
		"DE89 3704 0044 0532 0130 00", "GB82 WEST 1234 5698 7654 32", "FR14 2004 1010 0505 0001 3M02 606", "ES91 2100 0418 4502 0005 1332",
		"CH93 0076 2011 6238 5295 7", "IBAN:DE89370400440532013000",
	},
	MRZ: {
		"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<|L898902C36UTO7408122F1204159ZE184226B<<<<<10",
		"I<UTOD231458907<<<<<<<<<<<<<<<|7408122F1204159UTO<<<<<<<<<<<6|ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
		"IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<|8806923102858CORINNE<<<<<<<6512068F4",
		"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<|L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
	},
	Plate: {
		"B-MW 1234", "B MW 1234", "AB12 CDE", "AB-123-CD", "7ABC123", "1234 BCD", "M-AB 123", "HH:AB 123", "ZH 123456", "XY 123 ZA", "WA 12345",
		"AB 12 CD 345", "ABC1D23", "12-ABC-3", "1-ABC-234",
	},
}

// nothing are lines of print, of screens and of signs that tell nothing about a person.
var nothing = []string{
	"2021-03-04 12:30", "04.03.2021 12-30", "1920x1080", "2009-2013", "192.168.1.100", "10.0.0.12", "1.234.567,89", "12:30 - 14:45",
	"2021:03:04 12:30:45", "000197_02159322", "DSC_0123", "ISBN 978-3-16-148410-0", "ISBN 0-306-40615-2", "0800 - 1730", "08.00-17.30 Uhr",
	"Mo-Fr 08:00 - 17:00", "Mo-Fr 08.00-12.30 14.00-18.30", "14 15 16 17 18 19 20", "1 2 3 4 5 6 7 8 9", "100 200 300 400 500", "01 02 03 04 05",
	"0123456789", "12345678", "9783161484100", "4006381333931", "No. 12345678", "Art.-Nr. 0123-4567", "Order 555-1234-99", "1/250 f2.8 ISO 400",
	"51.5074", "48.8584 2.2945", "v2.10.3.4567", "0.8 0.67 0.66", "3.141592653", "2001-2002-2003", "1.000.000.000", "12/24/2021 to 12/26/2021",
	"Serial 123-456-7890", "Version 10.15.7 19H2", "7/11", "24/7 365", "1:50.000", "00:01:23.456", "100-200-300", "Lot 0045 123456", "2 000 000",
	"1984 1985 1986", "Win 10.000.000", "0 10 20 30 40 50 60 70 80", "0.1 0.2 0.3 0.4", "2019 2020 2021 2022", "10 11 12 13 14 15 16", "EUR 12 345 678",
	"£12 345 678", "123 456 789 km", "10 @ 2.50", "@ 3.99 each", "a@b", "look @ this", "user@host", "5@5.5", "2 @ 3", "@ home", "@2x", "me@", "@ 5pm",
	"Instagram", "follow us on Instagram", "Twitter Facebook", "end of file.Then", "version 1.2.3", "e.g. this", "file.jpg", "IMG_1234.JPG", "node.js",
	"a.m. to p.m.", "it.It", "U.S.A.", "St. Mary", "no.in", "Mr. Smith", "etc.me", "image.png", "main.go", "3.de", "road works ahead", "Spielplatz",
	"12", "Street food", "Wall Street Journal", "Rue", "Via", "close the door", "Dr. Smith", "Dr Who", "St. Patrick", "Court is in session",
	"Times Square Garden", "Norwegen", "Arbeitsplatz", "Sitzplatz 12", "Platz 3", "1. Platz", "First Place", "place holder", "The Place",
	"Market Place Ltd", "Drive In", "Test Drive", "Google Drive", "Hard Drive", "Flash Drive", "Disk Drive", "USB Drive", "In First Place",
	"Good Place", "No. 1", "No 1", "No. 5", "Nr. 1", "Nr 1", "Unit 3", "Heimweg", "Ausweg", "Umweg", "Rückweg", "Kreisverkehr", "Einbahnstraße",
	"Sackgasse", "Fahrradstraße", "Spielstraße", "Autobahn", "Champions League Place", "Photo Close", "Very Close", "Pride And Prejudice Close",
	"PLAYGROUND CLOSE", "CLOSE", "viale", "via Email", "via Internet", "Via Bluetooth", "Place Bet", "Place Order", "place Your Order", "Paseo",
	"Avenue", "Corso di Laurea", "Highway To Hell", "Boulevard Of Broken Dreams", "Hohlweg", "Feldweg", "Damm", "Staudamm", "Ufer", "Tennisplatz",
	"Rastplatz", "Golfplatz", "Bauplatz", "Schulweg", "Veg", "halfway", "RAILWAY", "ROAD CLOSED", "NO THROUGH ROAD", "PRIVATE ROAD", "END OF ROAD",
	"Broad Street Food", "12345 items", "12345 Items", "Room 101", "1000 Meter", "2000 Euro", "1500 Watt", "2024 Summer", "2020 Olympics",
	"1999 Toyota", "2008 David", "2009David Riecks", "1984 Big Brother", "10000 Steps", "1080 Pixel", "5000 Volt", "1500 Jahre", "2500 Kilo",
	"26 of 27", "4000 BC", "1945 May", "2010 Canon", "2013 Photography", "2016 Rio", "2020 Tokyo", "1200 Dpi", "8000 Hertz", "1990 January",
	"3000 Mark", "12345 Customers", "2019 Annual Report", "1066 Battle", "1914 War", "2012 London", "1000 Points", "100% IN 12345",
	"Copyright 2009 David", "Windows 2000 Server", "9000 Volts", "1800 Flowers", "born 45.13.1974", "12.08.1974", "born in 1974", "Happy birthday",
	"Born in the USA", "Geburtstag", "DOB", "born free 12", "made 12.08.1974", "* 12 items", "Forgot password?", "password required", "pin: board",
	"Pinterest", "Reset your password", "Change password", "Enter password", "Password", "PIN", "Login", "login here", "Login with Google",
	"Username or email", "please login", "keypad", "passport", "Passwort vergessen?", "bowling pin", "pin-up", "Pin it",
	"Password must be 8 characters", "login to continue", "Password:", "PIN CODE", "password: ********", "Password: ••••••", "Login: or sign up",
	"pass", "user: name", "Login | Register", "login is required", "booking reference 123456", "now boarding", "Boarding school", "boarding", "PNR",
	"confirmation number", "the name of the rose", "name", "Name:", "Name: ____", "file name", "First name", "Username", "Brand name: Coca", "No name",
	"Name your price", "product name: X1", "Mr. Potato", "surname", "name: required", "In the name of God", "48.9, 2.3", "3.1415, 2.7182",
	"0.8123 0.6712", "1.2345, 6.7890", "12.5%", "45° angle", "90° 45°", "4111 1111 1111 1112", "1234 5678 9012 3456", "0000 0000 0000 0000",
	"9111 1111 1111 1111", "DE88 3704 0044 0532 0130 00", "ISO 9", "ISO 400", "ISO 6400", "USB 3", "USB 2000", "COVID-19", "MP3 123", "BBC 2020",
	"CNN 2020", "JPG 1234", "IMG 1234", "IMG-1234", "DSC 0123", "DSC-1234", "DSC0123", "RGB 255", "CMOS 12", "ABC 123", "EUR 1500", "USD 100",
	"USD 2000", "MAY 2020", "JUN 2019", "AUG 1974", "SEP 2021", "GMT 0800", "FIG 123", "NYC 2019", "LCD 1602", "A4 2019", "PG 13", "GPS 1234",
	"TEST 123", "UTC 1200", "MAX 1000", "MIN 100", "TEL 1234", "FAX 1234", "BOX 123", "LOT 1234", "SKU 1234", "REV 100", "CAT 123", "ROW 12", "HP 1234",
	"TO 12345", "IN 12345", "OK 12345", "EX 12345", "VOL 1234", "RUN 1234", "DIN 1451", "IEC 1234", "RFC 2616", "CPU 4004", "GT 500", "BMW 320",
	"AMG 6300", "VW 1300", "CD 1234", "AM 1010", "FM 1005", "WI 1234", "BUS 1234",
}

func TestForms(t *testing.T) {
	for kind, texts := range forms {
		for _, text := range texts {
			found := Find(strings.Split(text, "|"))
			if !slices.ContainsFunc(found, func(m Match) bool { return m.Kind == kind }) {
				t.Errorf("%q: %v, want %s", text, found, kind)
			}
		}
	}
	for _, text := range nothing {
		if found := Find(strings.Split(text, "|")); len(found) > 0 {
			t.Errorf("%q: %v, want nothing", text, found)
		}
	}
}
