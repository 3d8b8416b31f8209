package narrative

import "yichuang/internal/money"

// Figures gives this year's amount of every metric, which is next year's figure of the year before.
func Figures(in Input) map[Metric]money.Fen {
	f := newFacts(&writer{in: &in, doc: &Document{}})
	return map[Metric]money.Fen{Total: f.Total().Fen, Appropriated: f.AppropriatedTotal().Fen, General: f.General().Fen, Personnel: f.Personnel().Fen, Public: f.Public().Fen,
		Projects: f.ProjectTotal().Fen, Mechanism: f.Mechanism().Fen, SanGong: f.at("T09/1/7").Fen, Abroad: f.at("T09/1/8").Fen, Cars: f.at("T09/1/9").Fen, CarBuy: f.at("T09/1/10").Fen,
		CarRun: f.at("T09/1/11").Fen, Reception: f.at("T09/1/12").Fen, Meeting: in.Meeting, Training: in.Training}
}
