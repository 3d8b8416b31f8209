package hotline

import "regexp"

// What tells who somebody is in running text. The patterns are tried in this order, longer ones first.
var identifying = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+`), "（邮箱）"},
	{regexp.MustCompile(`[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]`), "（证件号）"},
	{regexp.MustCompile(`\b\d{16,19}\b`), "（卡号）"},
	{regexp.MustCompile(`(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}`), "（电话）"},
	{regexp.MustCompile(`\(?0\d{2,3}\)?[- ]?\d{7,8}`), "（电话）"},
	{regexp.MustCompile(`[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}`), "（车牌）"},
	{regexp.MustCompile(`((?:姓名|联系人|来电人|反映人|投诉人|当事人)\s*(?:[:：]|为|是)\s*|我叫|名叫)\p{Han}{2,3}`), "${1}某"},
	{regexp.MustCompile(`\p{Han}{1,2}(先生|女士|小姐|师傅|老师|经理|大爷|大妈|阿姨)`), "某${1}"},
	{regexp.MustCompile(`\d{1,3}(?:号楼|栋|幢|座)(?:\d{1,2}单元)?\d{1,2}(?:楼|层)?\d{2,4}(?:室|号|户)?`), "（门牌）"},
	{regexp.MustCompile(`\d{1,2}单元\d{2,4}(?:室|号|户)?`), "（门牌）"},
}

// Deidentify (去标识化) takes out of a text what tells who somebody is: mail addresses, identity and card numbers, phones,
// plates, names after the words that introduce or follow them, and door numbers. It errs on the side of taking out too
// much; what no pattern knows stays, so what is published beyond short titles is chosen by its channel (Published).
func Deidentify(s string) string {
	for _, p := range identifying {
		s = p.pattern.ReplaceAllString(s, p.instead)
	}
	return s
}
