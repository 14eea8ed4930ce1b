using System.Text.Json.Serialization;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>A lost connection or a refused client in the answer of <c>earshot fleet why</c>; times are UTC, durations seconds.</summary>
internal sealed record LossAnswer(
    DateTime From, DateTime To, string Server, string? ServerId, ulong? Cid, string? Connection, string? Name, string? Account, string? User, string? Host, bool Refused,
    string Verdict, string Cause, string? ClientSays, string? ServerSays, string Outcome, double? Downtime, string? BackOn, long FailedAttempts, string? LastFailure)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "loss";

    internal static LossAnswer Of(FleetLoss loss) => new(
        loss.From.UtcDateTime, loss.To.UtcDateTime, loss.Server, loss.ServerId, loss.ClientId, loss.ConnectionId, loss.Name, loss.Account, loss.User, loss.Host, loss.IsRefusal,
        loss.Verdict.ToString(), loss.Cause, loss.ClientSays, loss.ServerSays, loss.Outcome.ToString(), loss.Downtime?.TotalSeconds, loss.BackOn, loss.FailedAttempts, loss.LastFailure);
}
