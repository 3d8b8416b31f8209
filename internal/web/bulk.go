package web

// Bulk is what can be done to several rows of a list at once (批量). The rows are picked with checkboxes, which belong to
// the bar's form wherever they stand; x picks the row of the keyboard, X all of them.
type Bulk struct {
	ID      string // of the form
	Actions []BulkAction
	Hidden  map[string]string
	// Remark is the label of an optional line of text that goes with the action, "" for none.
	Remark string
}

// BulkAction is one button of the bar.
type BulkAction struct {
	Label   string
	Href    string // where the form is posted to
	Key     string // keyboard key that presses it, "" for none
	Primary bool
}

// PickName is the name of the checkboxes.
const PickName = "pick"

func (a BulkAction) class() string {
	if a.Primary {
		return "btn btn-primary"
	}
	return "btn"
}

// bulk reports whether rows of the table can be picked.
func (t Table) bulk() bool { return t.Bulk != nil && len(t.Bulk.Actions) > 0 }

// width is the number of columns that a line over the whole table spans.
func (t Table) width() int {
	if t.bulk() {
		return len(t.Columns) + 1
	}
	return len(t.Columns)
}
