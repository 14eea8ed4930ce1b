using CsCheck;
using Xunit;

namespace Earshot.Fleet.Tests.Analysis;

/// <summary>Records of any content, as a file may have them: the analysis ends, and counts every loss once.</summary>
public sealed class HostileRecordTests
{
    private static readonly Gen<DateTimeOffset> s_time = Gen.OneOf(
        Gen.Int[0, 100].Select(seconds => new DateTimeOffset(2026, 11, 29, 3, 0, 0, TimeSpan.Zero).AddSeconds(seconds)),
        Gen.Const(DateTimeOffset.MinValue), Gen.Const(DateTimeOffset.MaxValue), Gen.DateTimeOffset);

    private static readonly Gen<string?> s_text = Any<string?>(null, "", "n1", "n2", "Client Closed", "Read Error", "Authentication Failure", "ServerClosed", "LameDuck", "SocketError", "\u001b[2J", new string('x', 3000));

    private static readonly Gen<FleetRecord> s_server =
        Gen.Select(Gen.Enum<ServerRecordKind>(), s_time, s_text, Gen.ULong[0, 4], s_time, s_text, Gen.Bool).Select(FleetRecord (kind, at, id, cid, start, reason, isAboutClient) => new ServerRecord
        {
            Kind = kind,
            At = at,
            Server = new ServerIdentity(id ?? "") { Name = reason },
            Reason = reason,
            Received = at,
            Routes = id is null ? null : [id],
            Client = isAboutClient ? new ServerClient(cid) { Start = start, Stop = at, Account = id, Name = reason, Ip = id } : null,
        });

    private static readonly Gen<FleetRecord> s_journal =
        Gen.Select(Any(NatsEventKind.Connected, NatsEventKind.Disconnected, NatsEventKind.Reconnected, NatsEventKind.ConnectAttemptFailed, NatsEventKind.Closed, NatsEventKind.LameDuckMode, NatsEventKind.ProcessStalled),
            s_time, Gen.Long[-1, 12], Gen.Int[-1, 4], s_text, Gen.ULong[0, 4], Gen.Double).Select(FleetRecord (kind, at, sequence, session, text, cid, number) => new JournalRecord(
                new JournalConnection(text ?? "c"), new JournalEntry { Kind = kind, Sequence = sequence, Time = at, Session = session, Reason = text, Duration = number, ClientId = cid, Server = new JournalServer { Id = text, Name = text }, Count = sequence }));

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [Fact]
    public void Any_records_are_analysed_in_any_order_with_the_same_result() => Gen.Select(Gen.OneOf(s_server, s_journal).Array[0, 40], Gen.Int).Sample(
        (records, seed) =>
        {
            FleetReport report = Incidents.Find(records);
            FleetRecord[] shuffled = [.. records];
            new Random(seed).Shuffle(shuffled);
            FleetReport again = Incidents.Find(shuffled);
            Assert.Equal(report.Losses.Select(loss => loss.ToString()), again.Losses.Select(loss => loss.ToString()));
            Assert.Equal(report.Incidents.Select(incident => (incident.Id, incident.Version, incident.Sentence)), again.Incidents.Select(incident => (incident.Id, incident.Version, incident.Sentence)));
            var keys = report.Losses.Where(loss => loss.ServerId is not null && loss.ClientId is not null).Select(loss => (loss.ServerId, loss.ClientId)).ToList();
            Assert.Equal(keys.Count, keys.Distinct().Count());
        },
        iter: 3000);
}
