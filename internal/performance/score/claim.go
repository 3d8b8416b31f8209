package score

// Claim (文中数字) is a number that the text of published accounts states about performance, as it is printed.
type Claim struct {
	Section string `json:"section"`
	Subject string `json:"subject"`
	Value   string `json:"value"`
	Unit    string `json:"unit,omitempty"`
	Note    string `json:"note,omitempty"`
}
