package attest

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// HeadCheck is what became of one line of a sheet: whether the chain as it is now still contains the record with the hash that was
// printed.
type HeadCheck struct {
	Head
	Holds bool   `json:"holds"`
	Now   []byte `json:"now"` // hash of the record now; empty where it is gone
}

// Check (核对结果) is a sheet compared with the records as they are.
type Check struct {
	Sheet  Sheet         `json:"sheet"`
	At     clock.Instant `json:"at"`
	Heads  []HeadCheck   `json:"heads"`
	Faults []string      `json:"faults"` // what does not hold, in words
	Typed  bool          `json:"typed"`  // compared with what stands on the paper
	Holds  bool          `json:"holds"`
}

// Check compares a sheet with the chains as they are (核对周链头单): it walks each from its first record, so that a record rewritten
// before the head is found as well. typed is the digest as it stands on the filed paper; without it the sheet is compared as the
// database has it, which proves nothing against whoever could rewrite the database.
func (m *Module) Check(ctx context.Context, sheet, typed string) (c Check, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return c, err
	}
	want, err := readTyped(typed)
	if err != nil {
		return c, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		v, err := sheetTx(tx, a.CentreID, sheet)
		if err == nil {
			c, err = m.check(tx, v, want)
		}
		return err
	})
	if err != nil {
		return c, err
	}
	return c, m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "attest.check_sheet", Permission: PermRead, Kind: "chain_sheet", Object: sheet, Detail: map[string]any{"no": c.Sheet.No, "holds": c.Holds, "typed": c.Typed}})
	})
}

// CheckNo is Check by the number on the paper, for the command line, which works beside the server without the right to write.
func (m *Module) CheckNo(ctx context.Context, no, typed string) (c Check, err error) {
	a := actor.From(ctx)
	if a.Kind != actor.System {
		return c, actor.ErrForbidden
	}
	want, err := readTyped(typed)
	if err != nil {
		return c, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		found, err := store.Select[string](tx, "SELECT id FROM attest_sheet WHERE centre_id = $1 AND ($2 = '' OR no = $2) ORDER BY id DESC LIMIT 1", a.CentreID, no)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return ErrSheet
		}
		v, err := sheetTx(tx, a.CentreID, found[0])
		if err == nil {
			c, err = m.check(tx, v, want)
		}
		return err
	})
	return c, err
}

// readTyped reads a digest as somebody typed it from paper; nil for none.
func readTyped(text string) ([]byte, error) {
	text = strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, text))
	if text == "" {
		return nil, nil
	}
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != 32 {
		return nil, ErrTyped.Field("digest", "请照纸面输入 64 位的校验值。")
	}
	return b, nil
}

// maxFaults is how many places are told in words.
const maxFaults = 50

func (c *Check) fault(format string, args ...any) {
	if len(c.Faults) < maxFaults {
		c.Faults = append(c.Faults, fmt.Sprintf(format, args...))
	}
}

// check walks the chains of a sheet.
func (m *Module) check(tx *store.Tx, v SheetView, typed []byte) (Check, error) {
	c := Check{Sheet: v.Sheet, At: tx.Now(), Faults: []string{}, Typed: typed != nil}
	now, err := m.walk(tx, &c, v)
	if err != nil {
		return c, err
	}
	for _, h := range v.Heads {
		x := HeadCheck{Head: h, Now: now[h.Chain], Holds: bytes.Equal(now[h.Chain], h.Hash)}
		switch {
		case len(x.Now) == 0:
			c.fault("%s：第 %d 条已不在，链被截断或重写", h.Label, h.Seq)
		case !x.Holds:
			c.fault("%s：第 %d 条现在的校验值是 %s，与链头单不符，这条或它以前的记录被改写", h.Label, h.Seq, grouped(x.Now))
		}
		c.Heads = append(c.Heads, x)
	}
	if sum := digest(v.Heads); !bytes.Equal(sum, v.Digest) {
		c.fault("系统里存的这张链头单被改过：各链与总校验值不符")
	}
	if typed != nil && !bytes.Equal(typed, digest(v.Heads)) {
		c.fault("输入的校验值与系统里的这张链头单不符：请核对输入；输入无误的，系统里的链头单或记录被改写过，以备案的纸面为准")
	}
	c.Holds = len(c.Faults) == 0
	return c, nil
}

// walk proves every chain that a sheet has a line of and gives, by chain, the hash that its record at the printed number has now.
func (m *Module) walk(tx *store.Tx, c *Check, v SheetView) (map[string][]byte, error) {
	at, now := map[string]int64{}, map[string][]byte{}
	for _, h := range v.Heads {
		at[h.Chain] = h.Seq
	}
	r, err := audit.VerifyTx(tx, v.CentreID, func(l *audit.Line) error {
		if name := auditChain(l.Stream); at[name] == l.Seq {
			now[name] = bytes.Clone(l.Hash)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, f := range r.Faults {
		c.fault("审计日志 %d：第 %d 条：%s", f.Stream+1, f.Seq, f.Public)
	}
	for _, x := range m.chains {
		if at[x.Name] == 0 {
			continue
		}
		hash, faults, err := x.Walk(tx, v.CentreID, at[x.Name])
		if err != nil {
			return nil, err
		}
		now[x.Name] = hash
		for _, f := range faults {
			c.fault("%s：%s", x.Label, f)
		}
	}
	return now, nil
}
