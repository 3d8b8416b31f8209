package audit

import (
	"bytes"
	"context"

	"yichuang/internal/store"
)

// Report is the outcome of checking a centre's chains.
type Report struct {
	Centre string  `json:"centre"`
	Lines  int64   `json:"lines"`
	Faults []Fault `json:"faults"`
}

// Fault is one place where a chain does not hold.
type Fault struct {
	Stream int64  `json:"stream"`
	Seq    int64  `json:"seq"`
	Public string `json:"message"`
}

// Verify walks every chain of a centre and compares each link and each head. visit, if not nil, sees every line, so
// that a caller can check domain events against the digests in the same walk.
func Verify(ctx context.Context, db *store.DB, centre string, visit func(*Line) error) (Report, error) {
	var r Report
	err := db.Read(ctx, func(tx *store.Tx) (err error) {
		r, err = VerifyTx(tx, centre, visit)
		return err
	})
	return r, err
}

// VerifyTx is Verify in a snapshot that the caller has.
func VerifyTx(tx *store.Tx, centre string, visit func(*Line) error) (Report, error) {
	r := Report{Centre: centre}
	for stream := range int64(Streams) {
		if err := verifyStream(tx, &r, stream, visit); err != nil {
			return r, err
		}
	}
	return r, nil
}

func verifyStream(tx *store.Tx, r *Report, stream int64, visit func(*Line) error) error {
	fault := func(seq int64, text string) {
		if len(r.Faults) < 100 {
			r.Faults = append(r.Faults, Fault{Stream: stream, Seq: seq, Public: text})
		}
	}
	prev, seq := []byte{}, int64(0)
	err := store.Each(tx, func(l *Line) error {
		r.Lines++
		seq++
		switch {
		case l.Seq != seq:
			fault(seq, "缺少记录：序号不连续")
			seq = l.Seq
		case !bytes.Equal(link(prev, l), l.Hash):
			fault(l.Seq, "记录被改动，或它前面的记录被改动：校验值不符")
		}
		prev = append(prev[:0], l.Hash...)
		if visit != nil {
			return visit(l)
		}
		return nil
	}, "SELECT "+store.Columns[Line]("")+" FROM audit_log WHERE centre_id = $1 AND stream = $2 ORDER BY seq", r.Centre, stream)
	if err != nil {
		return err
	}
	heads, err := store.Select[head](tx, "SELECT seq, hash FROM audit_head WHERE centre_id = $1 AND stream = $2", r.Centre, stream)
	if err != nil {
		return err
	}
	switch {
	case len(heads) == 0 && seq > 0:
		fault(seq, "链头缺失")
	case len(heads) == 1 && (heads[0].Seq != seq || !bytes.Equal(heads[0].Hash, prev)):
		fault(seq, "链头与最后一条记录不符：末尾的记录被删除或添加")
	}
	return nil
}
