using System.Globalization;
using System.Text;
using Earshot.Lifecycle;
using Earshot.Servers;

namespace Earshot.Client.Tests.Lifecycle.Proof;

/// <summary>
/// A course as a text that is equal for courses that behave equally. The numbers of sessions, outages, attempts, calls and servers are left out:
/// the machine compares them and does nothing else with them, so a server is printed as its host.
/// </summary>
internal static class CourseKey
{
    public static string Of(ConnectionCourse course)
    {
        MachineState s = course.State;
        var text = new StringBuilder(200);
        text.Append(s.State).Append(s.IsOver ? " over" : "").Append(s.HasConnectedOnce ? " connected" : "").Append(s.HasBeenAccepted ? " accepted" : "");
        text.Append(s.IsInOutage ? " outage" : "").Append(s.IsResubscribing ? " resubscribing" : "").Append(CultureInfo.InvariantCulture, $" backoff{s.BackoffRound}");
        text.Append(CultureInfo.InvariantCulture, $" ending:{s.Ending} closing:{s.Closing?.Reason} lost:{s.Lost?.Reason}");
        text.Append(" forced:").Append(s.ForcedTarget is { } forced ? Host(s, forced) : "-");
        if (s.Drain is { } drain)
        {
            text.Append(CultureInfo.InvariantCulture, $" drain:{drain.Outcome}{drain.IsFinishing}");
        }

        AppendPool(text, s);
        AppendSession(text, s);
        AppendSearch(text, s);
        AppendErrors(text, s);
        text.Append(CultureInfo.InvariantCulture, $" | {string.Join(',', course.Timers)} | {course.Outstanding} | {course.Order.Phase} {course.Order.Drain} {course.Order.IsLameDuckReported}");
        return text.ToString();
    }

    private static void AppendPool(StringBuilder text, MachineState s)
    {
        text.Append(" | ");
        foreach (PoolServer server in s.Pool.Servers)
        {
            text.Append(server.Address.Host).Append(server.IsDiscovered ? "d" : "").Append(server.IsParked ? "p" : "").Append(server.IsLameDuck ? "l" : "");
            text.Append(CultureInfo.InvariantCulture, $"{server.Attempts}/{server.AuthFailures} ");
        }
    }

    private static void AppendSession(StringBuilder text, MachineState s)
    {
        if (s.Live is { } live)
        {
            text.Append(CultureInfo.InvariantCulture, $" | live {Host(s, live.ServerId)} {Age(live.Started)}{Of(live.Info)}{Flag(live.IsLameDuck, 'l')}{Flag(live.IsMigrationScheduled, 'm')}");
            text.Append(CultureInfo.InvariantCulture, $"{Flag(live.IsRenewing, 'r')}{Flag(live.HasConnectInfo, 'c')}{Expiry(live.CredentialsExpireAt)}");
        }

        if (s.Successor is { } next)
        {
            text.Append(CultureInfo.InvariantCulture, $" | successor {Of(next.Attempt)}{Of(next.Info)}{Expiry(next.CredentialsExpireAt)}");
        }
    }

    private static void AppendSearch(StringBuilder text, MachineState s)
    {
        Search search = s.Search;
        if (search == Search.None)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $" | search {search.Round}:{search.ServerAttempts}:{search.Attempts} {Flag(search.IsWaiting, 'w')}{Flag(search.IsAsking, 'a')}");
        text.Append(" avoid ").Append(search.AvoidServer is { } avoided ? Host(s, avoided) : "-").Append(" open ");
        text.AppendJoin(',', search.Open.Select(Of)).Append(" queue ");
        text.AppendJoin(',', search.Queue.Select(next => $"{Host(s, next.ServerId)}{next.Address}{next.By}{Flag(next.HasFullTimeout, 'f')}"));
        text.Append(" replaced ").AppendJoin(',', search.Replaced.Select(id => Host(s, id))).Append(search.HasRequeued ? " requeued" : "");
        text.Append(" refused by ").AppendJoin(',', search.RefusedBy.OrderBy(pair => pair.Key).Select(pair => $"{Host(s, pair.Key)}{pair.Value.Text}"));
        text.Append(" failed ").AppendJoin(',', search.Failures.Select(failure => failure.Exception.GetType().Name));
        text.Append(search.Held is { } held ? $" held {Age(held.Since)}" : "");
    }

    private static void AppendErrors(StringBuilder text, MachineState s)
    {
        text.Append(" | ").AppendJoin(',', s.Repeated.Select(repeated => $"{repeated.Error.Text}{repeated.Held}"));
        text.Append(s.HeldInfo is { } held ? $" info {Of(held.Reported)}{held.Changes}" : "");
        AuthRejections refusals = s.Refusals;
        text.Append(refusals.FirstAt is { } first ? $" refused {Age(first)}" : "").Append(refusals.IsJwtOver ? " jwt over" : "");
        text.AppendJoin(',', refusals.Latest.OrderBy(pair => pair.Key).Select(pair => $" {Host(s, pair.Key)}{pair.Value}"));
        text.AppendJoin(',', refusals.Reported.OrderBy(pair => pair.Key).Select(pair => $" {pair.Key}{Age(pair.Value.At)}{pair.Value.Held}"));
    }

    private static string Of(OpenAttempt open) =>
        $"{open.Server.Address.Host}{Flag(open.HasInfo, 'i')}{Flag(open.AwaitsServer, 'w')}{Flag(open.HasFullTimeout, 'f')}{Flag(open.IsReported, 'r')}{Age(open.LastProgress)}";

    private static string Of(NatsServerInfo info) => $"({info.MaxPayload}{Flag(info.LameDuckMode, 'l')}{Flag(info.IsConnectInfo, 'c')}{string.Join('+', info.ClientConnectUrls ?? [])})";

    private static string Host(MachineState s, int id) => s.Pool.Find(id)?.Address.Host ?? "gone";

    private static string Age(TimeSpan moment) => moment < StateAbstraction.Now ? "old" : "new";

    private static string Expiry(DateTimeOffset? at) => at is null ? "" : at > StateAbstraction.WallClock + TimeSpan.FromDays(1) ? " far" : at > StateAbstraction.WallClock ? " near" : " expired";

    private static string Flag(bool value, char letter) => value ? letter.ToString() : "";
}
