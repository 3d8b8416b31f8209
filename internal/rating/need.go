package rating

import (
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// needsTx tells why this module still needs to know who somebody is: a bad rating of his is open, so that he must be reached.
func (m *Module) needsTx(tx *store.Tx, centre, person string) (party.Reason, error) {
	list, err := store.Select[string](tx, `SELECT t.id FROM rating_task t JOIN rating_rating r ON r.centre_id = t.centre_id AND r.id = t.rating_id
		WHERE t.centre_id = $1 AND t.open AND r.rater_id = $2 AND r.rater_id <> '' LIMIT 1`, centre, person)
	if err != nil || len(list) == 0 {
		return party.Reason{}, err
	}
	return party.Reason{Text: "有未办结的差评"}, nil
}
