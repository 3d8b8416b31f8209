package attest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

// Fact is one line that the public page shows of a paper: 责任单位, 预警级别. Nothing personal.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Paper (可验证的文书) is a printed paper whose number and code anybody may verify.
type Paper struct {
	CentreID  string        `db:"centre_id" json:"-"`
	ID        string        `db:"id" json:"-"`
	Kind      string        `db:"kind" json:"-"`   // "<module>.<paper>"
	Object    string        `db:"object" json:"-"` // what it is of, within its kind
	No        string        `db:"no" json:"no"`
	Title     string        `db:"title" json:"title"`
	Organ     string        `db:"organ" json:"organ"` // whose seal it bears; "" for the centre
	Day       clock.Date    `db:"day" json:"day"`
	FactsText string        `db:"facts" json:"-"`
	PrintedAt clock.Instant `db:"printed_at" json:"printed_at"` // for the first time
	Code      string        `db:"-" json:"verify_code"`
}

var paperColumns = store.Columns[Paper]("")

// Facts are what the public page shows besides number, day and organ.
func (p *Paper) Facts() []Fact {
	var out []Fact
	if json.Unmarshal([]byte(p.FactsText), &out) != nil {
		return nil
	}
	return out
}

// Input is what a module says of a paper that it prints.
type Input struct {
	CentreID     string
	Kind, Object string
	No           string // of its record, or
	Series       string // the word before its own number: 政务共答 gives 政务共答〔2026〕00001号
	Title, Organ string
	Day          clock.Date
	Facts        []Fact
}

// IssueTx gives a paper its number and code when it is first printed, and the same ones whenever it is printed again: what the public
// page says of it stays what it was.
func (m *Module) IssueTx(tx *store.Tx, in Input) (Paper, error) {
	p, err := m.issued(tx, in)
	if err == nil || !errors.Is(err, store.ErrNotFound) {
		return p, err
	}
	facts, err := json.Marshal(in.Facts)
	if err != nil {
		return p, err
	}
	if in.No == "" {
		n, err := store.Get[int64](tx, `INSERT INTO attest_number (centre_id, series, n) VALUES ($1, $2, 1)
			ON CONFLICT (centre_id, series) DO UPDATE SET n = attest_number.n + 1 RETURNING n`, in.CentreID, in.Series+strconv.Itoa(in.Day.Year()))
		if err != nil {
			return p, err
		}
		in.No = fmt.Sprintf("%s〔%d〕%05d号", in.Series, in.Day.Year(), n)
	}
	if err := tx.Queue("INSERT INTO attest_paper ("+paperColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (centre_id, kind, object) DO NOTHING",
		in.CentreID, tx.NewID(), in.Kind, in.Object, in.No, in.Title, in.Organ, in.Day, string(facts), tx.Now()); err != nil {
		return p, err
	}
	return m.issued(tx, in)
}

func (m *Module) issued(tx *store.Tx, in Input) (Paper, error) {
	p, err := store.Get[Paper](tx, "SELECT "+paperColumns+" FROM attest_paper WHERE centre_id = $1 AND kind = $2 AND object = $3", in.CentreID, in.Kind, in.Object)
	if err == nil {
		p.Code = m.code(p.ID)
	}
	return p, err
}

// codeLen is the length of verification codes: 10 characters of base 32 are 50 bits.
const codeLen = 10

// code derives a paper's code (验证码) from the key file: whoever has the database alone cannot make one up.
func (m *Module) code(paper string) string {
	b := crypt.SM3([]byte(m.keys.BlindIndex(crypt.Kind("attest-paper"), paper)))
	var n int64
	for _, c := range b[:8] {
		n = n<<8 | int64(c)
	}
	return strings.ToUpper(id.Format(n & (1<<62 - 1))[id.Len-codeLen:])
}

// VerifyTx finds a paper by its number and code, for anybody who holds it; no and plain are the number as it was typed and as papers
// spell it. A number that is not ours and a code that is not its own have one answer: ErrPaper.
func (m *Module) VerifyTx(tx *store.Tx, centre, no, plain, code string) (Paper, error) {
	p, err := store.Get[Paper](tx, "SELECT "+paperColumns+" FROM attest_paper WHERE centre_id = $1 AND no IN ($2, $3) ORDER BY no LIMIT 1", centre, strings.ToUpper(strings.TrimSpace(no)), plain)
	if errors.Is(err, store.ErrNotFound) || err == nil && m.code(p.ID) != code {
		return Paper{}, ErrPaper
	}
	p.Code = code
	return p, err
}
