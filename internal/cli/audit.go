package cli

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/attest"
	"yichuang/internal/audit"
)

// AuditCmd checks the audit log.
type AuditCmd struct {
	Verify AuditVerifyCmd `cmd:"" help:"核对审计日志：有没有被改动、删除或添加"`
	Head   AuditHeadCmd   `cmd:"" help:"导出每条校验链的最新校验值，打印或另存归档，以备日后核对"`
	Sheet  AuditSheetCmd  `cmd:"" help:"把一张周链头单与现在的记录核对"`
}

// AuditVerifyCmd walks every chain of every centre.
type AuditVerifyCmd struct {
	JSON     bool `name:"json" help:"输出 JSON"`
	Settings `embed:""`
}

// Run walks and prints; it fails where a chain does not hold.
func (c *AuditVerifyCmd) Run(g *Globals) error {
	a, err := g.Inspect()
	if err != nil {
		return err
	}
	defer a.Close()
	centres, err := audit.Centres(g.Ctx, a.DB)
	if err != nil {
		return err
	}
	reports, faults := []audit.Report{}, 0
	for _, id := range centres {
		r, err := audit.Verify(g.Ctx, a.DB, id, nil)
		if err != nil {
			return err
		}
		reports, faults = append(reports, r), faults+len(r.Faults)
	}
	if c.JSON {
		e := json.NewEncoder(g.Out)
		e.SetIndent("", "  ")
		if err := e.Encode(map[string]any{"ok": faults == 0, "centres": reports}); err != nil {
			return err
		}
	}
	for _, r := range reports {
		if !c.JSON {
			fmt.Fprintf(g.Out, "%s：%d 条，%d 处不符\n", centreLabel(r.Centre), r.Lines, len(r.Faults))
			for _, f := range r.Faults {
				fmt.Fprintf(g.Out, "  第 %d 链第 %d 条：%s\n", f.Stream, f.Seq, f.Public)
			}
		}
	}
	if faults > 0 {
		return ErrChains
	}
	return nil
}

func centreLabel(id string) string {
	if id == "" {
		return "系统"
	}
	return "中心 " + id
}

// AuditHeadCmd prints the newest link of every chain, for filing.
type AuditHeadCmd struct {
	JSON     bool `name:"json" help:"输出 JSON"`
	Settings `embed:""`
}

// headLine is one chain as it is filed.
type headLine struct {
	Centre string `json:"centre"`
	Stream int64  `json:"stream"`
	Seq    int64  `json:"seq"`
	Hash   string `json:"hash"`
}

// Run prints.
func (c *AuditHeadCmd) Run(g *Globals) error {
	a, err := g.Inspect()
	if err != nil {
		return err
	}
	defer a.Close()
	heads, err := audit.Heads(actor.With(g.Ctx, &actor.Actor{Kind: actor.System}), a.DB)
	if err != nil {
		return err
	}
	out := make([]headLine, len(heads))
	for i, h := range heads {
		out[i] = headLine{h.CentreID, h.Stream, h.Seq, hex.EncodeToString(h.Hash)}
	}
	now := g.Clock.Now()
	if c.JSON {
		e := json.NewEncoder(g.Out)
		e.SetIndent("", "  ")
		return e.Encode(map[string]any{"at": now, "heads": out})
	}
	fmt.Fprintf(g.Out, "审计日志各链的最新校验值（SM3），%s\n", now)
	for _, h := range out {
		fmt.Fprintf(g.Out, "%-13s %2d %8d %s\n", h.Centre, h.Stream, h.Seq, h.Hash)
	}
	return nil
}

// AuditSheetCmd compares a weekly sheet of heads (周链头单) with the records as they are.
type AuditSheetCmd struct {
	No       string `name:"no" help:"链头单的编号；不写的，核对最近一张"`
	Digest   string `name:"digest" help:"备案纸面上的总校验值；不写的，只与数据库里存的核对"`
	JSON     bool   `name:"json" help:"输出 JSON"`
	InCentre `embed:""`
}

// Run checks and prints; it fails where the records are not those of the sheet.
func (c *AuditSheetCmd) Run(g *Globals) error {
	found, err := c.check(g)
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(g.Out).Encode(found)
	} else {
		fmt.Fprintf(g.Out, "%s（%s 至 %s），%d 条链，%d 处不符\n", found.Sheet.No, found.Sheet.Since, found.Sheet.Until, len(found.Heads), len(found.Faults))
		for _, text := range found.Faults {
			fmt.Fprintln(g.Out, "  "+text)
		}
		if found.Holds && !found.Typed {
			fmt.Fprintln(g.Out, "没有写 --digest，只与数据库里存的链头单核对：链头单本身有没有被改写，要照备案的纸面核对。")
		}
	}
	if err == nil && !found.Holds {
		err = ErrChains.Say("记录与周链头单不符，已列出。请保留现场，从备份核对。")
	}
	return err
}

func (c *AuditSheetCmd) check(g *Globals) (found attest.Check, err error) {
	a, err := g.Inspect()
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	ctx, err := a.SystemContext(g.Ctx, c.Centre)
	if err != nil {
		return found, err
	}
	return a.Attest.CheckNo(ctx, c.No, c.Digest)
}
