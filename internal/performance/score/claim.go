package score

import "strings"

// Claim (文中数字) is something that the text of published accounts states about performance, as it is printed.
type Claim struct {
	Section string  `json:"section"`
	Subject Subject `json:"subject"`
	Form    string  `json:"form,omitempty"` // label of the form that it is about
	Value   string  `json:"value"`
	Unit    string  `json:"unit,omitempty"`
	Note    string  `json:"note,omitempty"`
}

// Subject is what a claim is about; subjects that are none of these are kept and not checked.
type Subject string

// The subjects that are checked.
const (
	ClaimScore     Subject = "自评得分"       // of a project
	ClaimGrade     Subject = "等级"         // of a project
	ClaimPlanned   Subject = "年度预算内已编制资金" // of a project, by its report
	ClaimBudget    Subject = "年初预算"       // of the whole department, by the text of the accounts
	ClaimMean      Subject = "项目综合评价得分"   // of all projects together
	ClaimAllDone   Subject = "各项指标完成情况"   // in words
	ClaimPeople    Subject = "实有人数"
	ClaimPosts     Subject = "在编人数"
	ClaimTemporary Subject = "临时人员"
)

// claims gives those of a subject, about one form or about any.
func claims(list []Claim, s Subject, form string) []Claim {
	var out []Claim
	for _, c := range list {
		if c.Subject == s && (form == "" || c.Form == form) {
			out = append(out, c)
		}
	}
	return out
}

// number is the claim's value as a number.
func (c *Claim) number() (Decimal, bool) { return PrintedNumber(c.Value) }

// plain is a name without what varies between writers.
func plain(s string) string {
	return strings.NewReplacer(" ", "", "　", "", "（", "(", "）", ")").Replace(s)
}
