package personal

import (
	"regexp"
	"strings"
)

var (
	plates = []*regexp.Regexp{
		regexp.MustCompile(`^[A-ZÄÖÜ]{1,3}[ :-][A-Z]{1,2} ?[1-9]\d{0,3}[EH]?$`),   // Germany
		regexp.MustCompile(`^[A-Z]{2}\d{2} ?[A-Z]{3}$`),                           // United Kingdom
		regexp.MustCompile(`^[A-HJ-NP-TV-Z]{2}[ -]?\d{3}[ -]?[A-HJ-NP-TV-Z]{2}$`), // France, Italy
		regexp.MustCompile(`^\d{4} ?[BCDFGHJKLMNPRSTVWXYZ]{3}$`),                  // Spain
		regexp.MustCompile(`^(B ?\d{2,3}|[A-Z]{2} ?\d{2}) ?[A-Z]{3}$`),            // Romania
		regexp.MustCompile(`^([A-Z]{2}-\d{2}-\d{2}|\d{2}-\d{2}-[A-Z]{2}|\d{2}-[A-Z]{2}-\d{2}|\d{2}-[A-Z]{3}-\d|\d-[A-Z]{3}-\d{2}|[A-Z]{2}-\d{3}-[A-Z]|[A-Z]-\d{3}-[A-Z]{2})$`), // Netherlands
		regexp.MustCompile(`^[1-9][A-Z]{3}\d{3}$`),   // California
		regexp.MustCompile(`^[A-Z]{3}\d[A-Z]\d{2}$`), // Mercosur
		regexp.MustCompile(`^[1-9]-[A-Z]{3}-\d{3}$`), // Belgium
		regexp.MustCompile(`^(AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG|ZH) \d{4,6}$`), // Switzerland
		regexp.MustCompile(`^[A-Z]{2} \d{2} [A-Z]{1,2} \d{3,4}$`),                                                       // India
	}
	// loosePlates are written as much else is, too.
	loosePlates = []*regexp.Regexp{
		regexp.MustCompile(`^([A-Z]{3})[ -]\d{3,4}$`), // several states, Sweden, Brazil
		regexp.MustCompile(`^([A-Z]{2,3}) \d{4,5}$`),  // Poland, Norway
	}
	// notPlates are abbreviations and words that stand before a number.
	notPlates = wordSet(`ABC ACT ADD AGE ALL AMD AMG AND API APP APR APT ART ASA AUD AUG BAR BBC BMW BOX BUS CAD CAM CAR CAT CBS CEO CHF CIA CNN COD CPU CSS DAY
		DEC DIN DNA DOC DSC DSL DVD EAN EST ETA EUR FAQ FAX FBI FEB FIG FOR FPS GBP GIF GMT GPS GPU HDD HDR HTC IBM IEC IMG INC INT IPX ISO IXY JAN JPG JPY JUL
		JUN JVC KIA LAB LCD LED LEN LEX LOT LTD MAR MAX MAY MIN MIX MOV MPH MSG NET NEW NGC NOT NOV NRW NUM NYC OCT OFF OLD ONE OUT PAC PCI PDF PER PHP PIC PIN PNG
		PRO PUB RAM RAW REF REG REV RFC RGB ROM ROW RTX RUN SAT SEP SET SKU SKY SMS SQL SSD SUM SUN SUV TAX TEL THE THU TOP TUE TWO TXT URL USA USB USD UTC VGA VHS
		VIP VOL WAV WEB WED XML YEN YES ZIP AM AT BE BY CA CD CH CM DC DE DO DR EU EX FM GE GO GT HD HP ID IF IN IP IS IT JR KG KM LG LP MB ME MK MM MP MR MS MY NO
		NR NT OF OK ON OR PC PL PM PO PS PT QR RE SA SD SE SK SN SO ST SU TO TV UK UP US VW WE WI WW XL`)
)

// isPlate says whether text alone is written as a licence plate is.
func isPlate(text string) bool {
	for _, p := range plates {
		if p.MatchString(text) {
			return true
		}
	}
	for _, p := range loosePlates {
		if m := p.FindStringSubmatch(text); m != nil && !notPlates[strings.ToUpper(m[1])] {
			return true
		}
	}
	return false
}
