package casework_test

import (
	"testing"

	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

func TestAVoucherBelongsToItsApplicant(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	c := w.Receive(t, w.Ready(t))
	no := w.Get(t, c.ID).Vouchers[0].No
	mine := caseworktest.Applicant().IDNo
	elsewhere := orgtest.Centre(t, w.Org)
	for _, x := range []struct {
		centre, no, id string
		want           bool
	}{{w.Centre, no, mine, true}, {w.Centre, no, "622901 19900307 1239", true}, {w.Centre, no, "622901199003071247", false}, {w.Centre, no, "", false}, {w.Centre, no + "9", mine, false}, {elsewhere, no, mine, false}} {
		err := w.DB.Read(w.System(), func(tx *store.Tx) error {
			got, err := w.Casework.BelongsTx(tx, x.centre, x.no, x.id)
			if got != x.want {
				t.Errorf("%q of %q: %t", x.no, x.id, got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
