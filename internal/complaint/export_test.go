package complaint

import "yichuang/internal/store"

// RewriteWithID turns the events of a matter into those of a version that wrote the id of the person complained of, linked anew.
func RewriteWithID(tx *store.Tx, centre string, id MatterID, user string) error {
	events, err := loadEvents(tx, centre, id)
	if err != nil {
		return err
	}
	prev := []byte{}
	for i := range events {
		e := &events[i]
		if e.Action == ActIdentify {
			e.Data = `{"unit":"u","user":"` + user + `"}`
		}
		e.Hash = e.link(prev)
		prev = e.Hash
		if err := tx.Queue("UPDATE complaint_event SET data = $4, hash = $5 WHERE centre_id = $1 AND matter_id = $2 AND seq = $3", centre, id, e.Seq, e.Data, e.Hash); err != nil {
			return err
		}
	}
	return tx.Queue("UPDATE complaint_matter SET event_hash = $3 WHERE centre_id = $1 AND id = $2", centre, id, prev)
}
