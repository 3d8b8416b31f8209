package casework

import (
	"errors"

	"yichuang/internal/crypt"
	"yichuang/internal/store"
)

// BelongsTx tells whether a voucher was given to the applicant, or the agent, whose identity number was read from a card
// (人证核对). It says nothing about vouchers of other people, not even whether they exist.
func (m *Module) BelongsTx(tx *store.Tx, centre, no, idNo string) (bool, error) {
	read := crypt.Normal(crypt.KindID, idNo)
	v, err := store.Get[Voucher](tx, "SELECT "+voucherColumns+" FROM casework_voucher WHERE centre_id = $1 AND no = $2", centre, plainNo(no))
	if errors.Is(err, store.ErrNotFound) || read == "" {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	cases, err := casesOf(tx, centre, v.VisitID)
	if err != nil || len(cases) == 0 {
		return false, err
	}
	for _, person := range []string{cases[0].ApplicantID, cases[0].AgentID} {
		if person == "" {
			continue
		}
		who, err := m.party.OpenApplicant(tx, centre, person)
		if err != nil {
			return false, err
		}
		if who.IDNo != "" && crypt.Normal(crypt.KindID, who.IDNo) == read {
			return true, nil
		}
	}
	return false, nil
}
