using CsCheck;
using Earshot.Fleet.Analysis;
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
    public void Numbers_of_events_whose_sum_is_no_number_are_not_added_up()
    {
        FleetReport report = Incidents.Find([.. Enumerable.Range(0, 4).SelectMany(i => Records($"c{i}", Entry(NatsEventKind.Connected, 1), Entry(NatsEventKind.Connected, long.MaxValue) with { Skipped = long.MaxValue - 1 }, Entry(NatsEventKind.EventsMissed, 5) with { Count = int.MaxValue }))]);
        Assert.Equal((8, 0), (report.IgnoredRecords, report.MissingEvents.Count));
        Assert.Equal(0, Coverage.Missing([Entry(NatsEventKind.Connected, 1), Entry(NatsEventKind.Connected, long.MaxValue) with { Skipped = long.MaxValue - 1 }, Entry(NatsEventKind.Connected, long.MaxValue) with { Skipped = long.MaxValue - 1 }]));
    }

    [Fact]
    public void Attempts_of_an_entry_may_have_taken_decades() =>
        Assert.Empty(Incidents.Find(Records("c", Entry(NatsEventKind.ConnectAttemptFailed, 5000) with { FirstSequence = 1, Events = 4096, FirstTime = new DateTimeOffset(1981, 1, 1, 0, 0, 0, TimeSpan.Zero) })).Findings);

    [Fact]
    public void Lost_connection_without_an_id_has_no_next_one_among_those_of_the_server()
    {
        JournalEntry connected = Entry(NatsEventKind.Connected, 1) with { Session = 1, Ip = "127.0.0.1", Server = new JournalServer { Url = "nats://h:1", Id = "S1", Name = "n1" } };
        var journal = new JournalRecord(new JournalConnection("c") { Name = "app" }, connected);
        var open = new ServerRecord { Kind = ServerRecordKind.Open, At = connected.Time.AddSeconds(70), Server = new ServerIdentity("S2") { Name = "n1" }, Client = new ServerClient(5) { Start = connected.Time.AddSeconds(61), Name = "app", Ip = "127.0.0.1" } };
        FleetLoss loss = Assert.Single(Incidents.Find([journal, open]).Losses);
        Assert.Equal(("S1", null), (loss.ServerId, loss.ClientId));
    }

    [Fact]
    public void Entries_of_many_attempts_take_no_more_memory_than_a_limit()
    {
        IReadOnlyList<FleetRecord> records = Records("c", [.. Enumerable.Range(0, 5000).Select(i => Entry(NatsEventKind.ConnectAttemptFailed, 5000 + i) with { FirstSequence = 1, Events = 4096, FirstTime = s_at.AddMinutes(-i % 500) })]);
        Assert.InRange(AttemptTimes.Of(new FactSet(records, new IncidentOptions())).Count, 5000, 256 * 1024);
        Assert.Contains(Incidents.Find(records).Findings, finding => finding.Kind == FleetFindingKind.Storm);
    }

    [Fact]
    public void Single_attempts_that_an_entry_of_several_represents_are_left_out_in_any_arrangement() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[0, 20], Gen.Int[0, 2], Gen.Bool).Array[0, 60].Sample(parts =>
        {
            List<JournalEntry> entries = [.. parts.Select(part => Entry(NatsEventKind.ConnectAttemptFailed, part.Item1 + part.Item2) with { Outage = part.Item3, FirstSequence = part.Item4 ? part.Item1 : null })];
            IEnumerable<JournalEntry> expected = entries.Where(entry => entry.FirstSequence is not null || !entries.Exists(fold => fold.FirstSequence <= entry.Sequence && entry.Sequence < fold.Sequence && fold.Outage == entry.Outage));
            Assert.Equal(expected, Coverage.WithoutFolded(entries));
        });

    // With a search of each among the others, this would take minutes.
    [Fact]
    public void Many_entries_of_several_and_many_single_ones_are_compared_without_a_search_of_each()
    {
        List<JournalEntry> entries = [.. Enumerable.Range(1, 200_000).SelectMany(i => new[] { Entry(NatsEventKind.ConnectAttemptFailed, 2 * i) with { FirstSequence = 2 * i }, Entry(NatsEventKind.ConnectAttemptFailed, (2 * i) + 1) })];
        Assert.Equal(entries.Count, Coverage.WithoutFolded(entries).Count);
    }

    private static readonly DateTimeOffset s_at = new(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);

    private static JournalEntry Entry(NatsEventKind kind, long sequence) => new() { Kind = kind, Sequence = sequence, Time = s_at };

    private static IReadOnlyList<FleetRecord> Records(string connection, params JournalEntry[] entries) => [.. entries.Select(entry => new JournalRecord(new JournalConnection(connection), entry))];

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
