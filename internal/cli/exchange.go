package cli

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"yichuang/internal/errs"
	"yichuang/internal/exchange"
)

// ExchangeCmd is the command exchange: the ledger of data sharing.
type ExchangeCmd struct {
	Verify ExchangeVerifyCmd `cmd:"" help:"核验数据使用记录的链条"`
	Head   ExchangeHeadCmd   `cmd:"" help:"打印链头：记录数和最后一条的校验值"`
}

// ErrChain ends the command where the chain of usage records does not hold.
var ErrChain = errs.New(errs.Conflict, "cli.exchange_chain", "数据使用记录的链条有不符之处，已列出。请保留现场，从备份核对。")

// ExchangeVerifyCmd proves the chain of usage records of a centre.
type ExchangeVerifyCmd struct {
	JSON     bool `name:"json" help:"输出 JSON"`
	InCentre `embed:""`
}

// Run checks and prints what does not hold.
func (c *ExchangeVerifyCmd) Run(g *Globals) error {
	chain, err := c.check(g)
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(g.Out).Encode(chain)
	} else {
		fmt.Fprintf(g.Out, "核验使用记录 %d 条，不符 %d 处。\n", chain.Records, len(chain.Faults))
		for _, f := range chain.Faults {
			fmt.Fprintf(g.Out, "  第 %d 条：%s\n", f.Seq, f.Text)
		}
	}
	if err == nil && len(chain.Faults) > 0 {
		err = ErrChain
	}
	return err
}

func (c *ExchangeVerifyCmd) check(g *Globals) (chain exchange.Chain, err error) {
	a, err := g.Inspect()
	if err != nil {
		return chain, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	ctx, err := a.SystemContext(g.Ctx, c.Centre)
	if err != nil {
		return chain, err
	}
	return a.Exchange.Check(ctx)
}

// ExchangeHeadCmd prints the head of the chain, to be kept apart from the database.
type ExchangeHeadCmd struct {
	InCentre `embed:""`
}

// Run proves the chain and prints its head.
func (c *ExchangeHeadCmd) Run(g *Globals) error {
	chain, err := (&ExchangeVerifyCmd{InCentre: c.InCentre}).check(g)
	if err != nil {
		return err
	}
	fmt.Fprintf(g.Out, "%s 记录 %d 条 校验值 %s\n", g.Clock.Now(), chain.Seq, hex.EncodeToString(chain.Hash))
	if len(chain.Faults) > 0 {
		return ErrChain
	}
	return nil
}
