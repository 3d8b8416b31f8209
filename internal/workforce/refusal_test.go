package workforce_test

import (
	"errors"
	"strings"
	"testing"

	"yichuang/internal/errs"
	"yichuang/internal/workforce"
)

// The code that the hall reference §3 lists for a locked month; its way is tried in TestALockedSheetNeverChanges.
func TestTheStableCodeOfALockedPeriod(t *testing.T) {
	for _, err := range []error{workforce.ErrLocked, errors.Join(workforce.ErrLocked), workforce.ErrLocked.Say("十一月已经锁定。")} {
		_, name, _ := strings.Cut(errs.CodeOf(err), ".")
		if code := strings.ToUpper(name); code != "LOCKED_PERIOD" {
			t.Errorf("%v is %s", err, code)
		}
	}
	if errs.KindOf(workforce.ErrLocked) != errs.Conflict {
		t.Error("a locked period is a conflict")
	}
}
