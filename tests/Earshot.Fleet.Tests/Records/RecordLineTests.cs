using System.Text;
using System.Text.Json;
using Earshot.Fleet.Records;
using Earshot.Fleet.Tests.Story;
using Xunit;

namespace Earshot.Fleet.Tests.Records;

/// <summary>The JSON form of records: its bytes, what it reads back, and what it refuses.</summary>
public sealed class RecordLineTests
{
    [Fact]
    public void A_journal_has_the_short_names_of_its_format()
    {
        var entry = new JournalEntry
        {
            Kind = NatsEventKind.ConnectAttemptFailed,
            Sequence = 41,
            Time = new DateTimeOffset(2026, 11, 29, 3, 12, 7, TimeSpan.Zero),
            Session = 2,
            Outage = 1,
            Attempt = 9,
            Phase = NatsConnectPhase.Tls,
            Duration = 0.25,
            Server = new JournalServer { Url = "tls://n1:4222", Id = "NA", Name = "n1" },
            ClientId = 17,
            Exception = "System.IO.IOException",
            Count = 3,
        };
        var record = new JournalRecord(new JournalConnection("7f3c9a000001") { Service = "orders", Instance = "7f3c9a", Name = "orders-api#7f3c9a.2" }, entry);
        Assert.Equal(
            """{"v":1,"conn":"7f3c9a000001","svc":"orders","inst":"7f3c9a","name":"orders-api#7f3c9a.2","ev":[{"k":202,"n":41,"t":"2026-11-29T03:12:07+00:00","s":2,"o":1,"a":9,"phase":"Tls","duration":0.25,"srv":{"url":"tls://n1:4222","id":"NA","name":"n1"},"cid":17,"ex":"System.IO.IOException","count":3}]}""",
            Assert.Single(RecordLines.Write([record])));
    }

    [Fact]
    public async Task Records_read_back_are_those_that_were_written()
    {
        IReadOnlyList<FleetRecord> records = GeneratedCluster.Of(4711).Records;
        using var file = new MemoryStream();
        await FleetRecordFile.WriteAsync(records, file, TestContext.Current.CancellationToken);
        Assert.All(Encoding.UTF8.GetString(file.ToArray()).TrimEnd().Split('\n'), line => Assert.True(FleetRecordFile.IsRecord(line)));
        file.Position = 0;
        var read = new List<FleetRecord>();
        await foreach (FleetRecord record in FleetRecordFile.ReadAsync(file, TestContext.Current.CancellationToken))
        {
            read.Add(record);
        }

        Assert.Equal(records.ToHashSet(), read.ToHashSet());
        Assert.Equal(records.Count, read.Count);
    }

    [Fact]
    public void Text_that_ends_inside_of_a_character_is_refused() => Assert.False(RecordLines.TryRead("{\"v\":1,\"x\":\"\ud83d", out _, out _));

    [Theory]
    [InlineData("{}", "another version")]
    [InlineData("""{"v":2,"kind":"Seen"}""", "another version")]
    [InlineData("""{"v":1}""", "not a record")]
    [InlineData("""{"v":1,"kind":"Nothing","at":"2026-11-29T03:12:07Z","server":{"id":"NA"}}""", "not a record")]
    [InlineData("""{"v":1,"conn":"c","ev":[null]}""", "not a record")]
    [InlineData("""{"v":1,"conn":null,"ev":[{"k":102,"n":1,"t":"2026-11-29T03:12:07Z"}]}""", "not a record")]
    [InlineData("""{"v":1,"kind":"Seen","at":"2026-11-29T03:12:07Z","server":null}""", "not a record")]
    [InlineData("""{"v":1,"kind":"Seen","at":"2026-11-29T03:12:07Z","server":{"id":null}}""", "not a record")]
    [InlineData("""{"v":1,"conn":"c","ev":[{"k":102,"n":1,"t":"2026-11-29T03:12:07Z","window":1e400}]}""", "a number that cannot be written")]
    [InlineData("""{"v":1,"conn":"c","ev":[{"k":102,"n":1,"t":"2026-11-29T03:12:07Z","max":-1e400}]}""", "a number that cannot be written")]
    [InlineData("[]", "not a record")]
    [InlineData("not json", "not a record")]
    public async Task A_line_that_is_no_record_is_refused(string line, string text)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes("\n" + line));
        JsonException e = await Assert.ThrowsAsync<JsonException>(async () => await FleetRecordFile.ReadAsync(file, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("Line 2 cannot be read", e.Message, StringComparison.Ordinal);
        Assert.Contains(text, e.Message, StringComparison.Ordinal);
    }
}
