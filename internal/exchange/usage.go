package exchange

import (
	"bytes"
	"errors"
	"time"

	"yichuang/internal/chain"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Outcomes of a use.
const (
	Permitted = "ok"     // 准许
	Refused   = "denied" // 拒绝
)

// Subjects of a use: whom the data are about.
const (
	SubjectApplicant = "applicant" // 申请人
	SubjectAgent     = "agent"     // 代办人
	SubjectOther     = "other"     // 其他当事人
)

// SubjectLabel is the Chinese name of a kind of subject.
func SubjectLabel(s string) string {
	return map[string]string{SubjectApplicant: "申请人", SubjectAgent: "代办人", SubjectOther: "其他当事人"}[s]
}

// RefusalLabel says in Chinese why a use was refused.
func RefusalLabel(code string) string {
	return map[string]string{"NO_GRANT": "没有有效授权", "PURPOSE_MISMATCH": "与授权的用途不符", "RATE_LIMIT": "超过每天次数"}[code]
}

// Usage (使用记录) is one use of shared data, permitted or refused: who used which fields, by which grant, for which case,
// about whom. It holds none of the data, and of the subject only a keyed digest. Records are only ever added; each
// carries the SM3 of its content and of the record before it.
type Usage struct {
	CentreID   string        `db:"centre_id" json:"-"`
	Seq        int64         `db:"seq" json:"seq"`
	ID         string        `db:"id" json:"id"`
	At         clock.Instant `db:"at" json:"at"`
	EntryID    string        `db:"entry_id" json:"entry_id"`
	EntryName  string        `db:"entry_name" json:"entry_name"`
	GrantID    string        `db:"grant_id" json:"grant_id,omitempty"`
	GrantNo    string        `db:"grant_no" json:"grant_no,omitempty"`
	Purpose    string        `db:"purpose" json:"purpose,omitempty"`
	FieldsText string        `db:"fields" json:"-"`
	CaseID     string        `db:"case_id" json:"case_id,omitempty"`
	CaseNo     string        `db:"case_no" json:"case_no,omitempty"`
	ItemName   string        `db:"item_name" json:"item_name,omitempty"`
	UnitID     string        `db:"unit_id" json:"unit_id"` // the organ that uses them
	ProviderID string        `db:"provider_id" json:"provider_id"`
	SiteID     string        `db:"site_id" json:"site_id,omitempty"`
	ActorID    string        `db:"actor_id" json:"actor_id,omitempty"`
	ActorName  string        `db:"actor_name" json:"actor_name,omitempty"`
	ActorUnit  string        `db:"actor_unit" json:"actor_unit,omitempty"`
	Subject    string        `db:"subject" json:"subject"`
	Digest     string        `db:"subject_digest" json:"subject_digest,omitempty"`
	Outcome    string        `db:"outcome" json:"outcome"`
	Refusal    string        `db:"refusal" json:"refusal,omitempty"`
	Hash       []byte        `db:"hash" json:"hash,omitempty"`
}

var usageColumns = store.Columns[Usage]("")

// Fields are the codes of the fields that were used, or asked for in vain.
func (u *Usage) Fields() List { return readList(u.FieldsText) }

// retention is how long a record is kept at least (网络数据安全管理条例 art. 12: three years). The program has no use case
// that takes one away.
const retention = 3

// KeptUntil is the day until which the record must be kept at least.
func (u *Usage) KeptUntil() clock.Date {
	t := u.At.Time()
	return clock.DateOf(time.Date(t.Year()+retention, t.Month(), t.Day(), 0, 0, 0, 0, t.Location()))
}

// link is SM3 over the hash before and every field, each framed by its length.
func (u *Usage) link(prev []byte) []byte {
	h := chain.After(prev)
	h.Number(u.Seq)
	h.Number(int64(u.At))
	h.Text(u.CentreID, u.ID, u.EntryID, u.EntryName, u.GrantID, u.GrantNo, u.Purpose, u.FieldsText, u.CaseID, u.CaseNo, u.ItemName, u.UnitID, u.ProviderID, u.SiteID, u.ActorID, u.ActorName, u.ActorUnit,
		u.Subject, u.Digest, u.Outcome, u.Refusal)
	return h.Hash()
}

// head is the newest link of a centre's chain.
type head struct {
	CentreID string `db:"centre_id"`
	Seq      int64  `db:"seq"`
	Hash     []byte `db:"hash"`
}

// lockHead takes the chain of a centre for this transaction.
func lockHead(tx *store.Tx, centre string) (head, error) {
	const query = "SELECT centre_id, seq, hash FROM exchange_head WHERE centre_id = $1"
	h, err := store.Get[head](tx, query+tx.ForUpdate(), centre)
	if errors.Is(err, store.ErrNotFound) {
		if err := tx.Queue("INSERT INTO exchange_head (centre_id, seq, hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING", centre, []byte{}); err != nil {
			return h, err
		}
		return store.Get[head](tx, query+tx.ForUpdate(), centre)
	}
	return h, err
}

// appendUsage adds a record to the chain of its centre.
func appendUsage(tx *store.Tx, u *Usage) error {
	h, err := lockHead(tx, u.CentreID)
	if err != nil {
		return err
	}
	u.Seq, u.ID, u.At = h.Seq+1, tx.NewID(), tx.Now()
	u.Hash = u.link(h.Hash)
	if err := store.Insert(tx, "exchange_usage", *u); err != nil {
		return err
	}
	return tx.Queue("UPDATE exchange_head SET seq = $2, hash = $3 WHERE centre_id = $1", u.CentreID, u.Seq, u.Hash)
}

// Fault (核验发现) is where the chain of records does not hold: the number of the record, or of the one that is missing.
type Fault struct {
	Seq  int64  `json:"seq"`
	Text string `json:"text"`
}

// Chain (核验结果) is what the verification of a centre's records found.
type Chain struct {
	Records int64   `json:"records"`
	Seq     int64   `json:"seq"` // of the head
	Hash    []byte  `json:"hash"`
	Faults  []Fault `json:"faults"`
}

// maxFaults bounds what a verification lists; the first one is what counts.
const maxFaults = 100

func (c *Chain) fault(seq int64, text string) {
	if len(c.Faults) < maxFaults {
		c.Faults = append(c.Faults, Fault{seq, text})
	}
}

// verify walks the chain of a centre, compares each link, the head, and the heads that were printed for filing.
func verify(tx *store.Tx, centre string) (Chain, error) {
	c := Chain{Faults: []Fault{}}
	seals, err := store.Select[Seal](tx, "SELECT "+sealColumns+" FROM exchange_seal WHERE centre_id = $1 ORDER BY seq, id", centre)
	if err != nil {
		return c, err
	}
	prev, next := []byte{}, int64(1)
	err = store.Each(tx, func(u *Usage) error {
		c.Records++
		switch {
		case u.Seq != next:
			c.fault(next, "缺少记录：序号不连续")
		case !bytes.Equal(u.link(prev), u.Hash):
			c.fault(u.Seq, "记录被改动：校验值不符")
		}
		for ; len(seals) > 0 && seals[0].Seq <= u.Seq; seals = seals[1:] {
			if seals[0].Seq == u.Seq && !bytes.Equal(seals[0].Hash, u.Hash) {
				c.fault(u.Seq, "与 "+seals[0].Day.String()+" 的链头单不符")
			}
		}
		prev, next = append(prev[:0], u.Hash...), u.Seq+1
		return nil
	}, "SELECT "+usageColumns+" FROM exchange_usage WHERE centre_id = $1 ORDER BY seq", centre)
	if err != nil {
		return c, err
	}
	for _, s := range seals {
		if s.Seq >= next {
			c.fault(next, "缺少记录：链头单有第 "+itoa(s.Seq)+" 条")
		}
	}
	return c, c.checkHead(tx, centre, prev, next)
}

func (c *Chain) checkHead(tx *store.Tx, centre string, prev []byte, next int64) error {
	heads, err := store.Select[head](tx, "SELECT centre_id, seq, hash FROM exchange_head WHERE centre_id = $1", centre)
	if err != nil {
		return err
	}
	switch {
	case len(heads) == 0 && next > 1:
		c.fault(next, "链头缺失")
	case len(heads) == 1:
		c.Seq, c.Hash = heads[0].Seq, heads[0].Hash
		if c.Seq != next-1 || !bytes.Equal(c.Hash, prev) {
			c.fault(next, "链头与最后一条记录不符：末尾的记录被删除或添加")
		}
	}
	return nil
}

// HeadTx gives the number and hash of the newest usage record of a centre, for the weekly sheet of heads.
func (m *Module) HeadTx(tx *store.Tx, centre string) (seq int64, hash []byte, err error) {
	heads, err := store.Select[head](tx, "SELECT centre_id, seq, hash FROM exchange_head WHERE centre_id = $1", centre)
	if err != nil || len(heads) == 0 {
		return 0, nil, err
	}
	return heads[0].Seq, heads[0].Hash, nil
}

// WalkTx proves the chain of usage records and gives the hash that a record has now, nil where there is no such record.
func (m *Module) WalkTx(tx *store.Tx, centre string, seq int64) (hash []byte, faults []string, err error) {
	c, err := verify(tx, centre)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range c.Faults {
		faults = append(faults, "第 "+itoa(f.Seq)+" 条："+f.Text)
	}
	found, err := store.Select[head](tx, "SELECT centre_id, seq, hash FROM exchange_usage WHERE centre_id = $1 AND seq = $2", centre, seq)
	if len(found) == 1 {
		hash = found[0].Hash
	}
	return hash, faults, err
}
