using System.Text;
using System.Text.Json;
using Earshot.Client.Tests.Events.Catalogue;
using Earshot.Events;
using Xunit;

namespace Earshot.Client.Tests.Events.Export;

public sealed class ExportTests
{
    public static TheoryData<NatsEventKind> Kinds => CatalogueTests.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task G11_Every_kind_survives_a_round_trip_with_all_its_members(NatsEventKind kind)
    {
        string before = await WriteAsync([Samples.Make(kind)]);
        List<NatsConnectionEvent> read = await ReadAsync(before);
        Assert.Equal(kind, Assert.Single(read).Kind);
        Assert.Equal(before, await WriteAsync(read));
        using var json = JsonDocument.Parse(before);
        Assert.Equal(kind.ToString(), json.RootElement.GetProperty("kind").GetString());
        IEnumerable<string> missing = read[0].GetType().GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Except(json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Empty(missing);
    }

    [Fact]
    public async Task G11_Exceptions_subscriptions_and_addresses_are_written_as_descriptions()
    {
        string text = await WriteAsync([new NatsExceptionOccurredEvent { Exception = new InvalidDataException("bad"), Subscription = new RecordedSub("9", "x", "q") }]);
        using var json = JsonDocument.Parse(text);
        Assert.Equal("System.IO.InvalidDataException", json.RootElement.GetProperty("exception").GetProperty("type").GetString());
        Assert.Equal("bad", json.RootElement.GetProperty("exception").GetProperty("message").GetString());
        Assert.Equal(("9", "x", "q"), (
            json.RootElement.GetProperty("subscription").GetProperty("sid").GetString(),
            json.RootElement.GetProperty("subscription").GetProperty("subject").GetString(),
            json.RootElement.GetProperty("subscription").GetProperty("queue").GetString()));
    }

    [Fact]
    public async Task Exception_whose_message_cannot_be_read_or_written_is_exported_with_its_type()
    {
        var unreadable = new NatsExceptionOccurredEvent { Exception = new UnreadableException() };
        var unwritable = new NatsExceptionOccurredEvent { Exception = new InvalidDataException("\ud800 alone") };
        List<NatsConnectionEvent> read = await ReadAsync(await WriteAsync([unreadable, unwritable]));
        Assert.Contains(nameof(UnreadableException), unreadable.Message, StringComparison.Ordinal);
        Assert.Equal(2, read.Count);
    }

    [Fact]
    public async Task G11_Credentials_in_a_url_reach_neither_message_nor_export()
    {
        var secret = new Uri("nats://joe:s3cret@a:4222");
        NatsConnectionEvent[] events =
        [
            new NatsConnectingEvent { Servers = [secret] },
            new NatsReconnectingEvent { Snapshot = new NatsConnectionSnapshot { Server = new NatsServer { Url = secret } } },
            new NatsForceReconnectEvent { Target = new NatsServer { Url = secret }, Options = new NatsForceReconnectOptions { Target = secret } },
            new NatsServerSelectionRejectedEvent { Requested = secret, Reason = "foreign" },
        ];
        string text = await WriteAsync(events) + NatsJournalExport.ToTimeline(events);
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.Contains("nats://a:4222", text, StringComparison.Ordinal);
    }

    [Fact]
    public void G11_Events_are_equal_by_value()
    {
        Assert.Equal(new NatsPingSentEvent { Outstanding = 1 }, new NatsPingSentEvent { Outstanding = 1 });
        Assert.NotEqual(new NatsPingSentEvent { Outstanding = 1 }, new NatsPingSentEvent { Outstanding = 2 });
    }

    [Fact]
    public async Task An_exported_journal_passes_the_grammar_in_every_form()
    {
        var rig = new JournalRig();
        rig.Run();
        using var stream = new MemoryStream();
        await rig.Events.ExportAsync(stream, JournalRig.Token);
        string jsonLines = Encoding.UTF8.GetString(stream.ToArray());
        Assert.Equal(12, jsonLines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Empty(NatsJournalValidator.Validate(rig.Events.ToList(), requireClosed: true));
        Assert.Empty(NatsJournalValidator.Validate(await ReadAsync(jsonLines), requireClosed: true));
        Assert.Empty(NatsJournalValidator.ValidateJsonLines(new StringReader(jsonLines), requireClosed: true));
        Assert.Empty(NatsJournalValidator.ValidateTimeline(new StringReader(rig.Events.ToTimeline()), requireClosed: true));
        Assert.Empty(rig.Journal.Violations);
    }

    [Fact]
    public void A_journal_with_a_gap_and_a_subscription_drain_passes_as_a_timeline()
    {
        var rig = new JournalRig(capacity: 16);
        rig.Open();
        rig.Lossless(30);
        rig.Journal.Append(new NatsDrainStartedEvent { Scope = NatsDrainScope.Subscription });
        rig.Journal.Append(new NatsDrainCompletedEvent { Scope = NatsDrainScope.Subscription });
        string timeline = rig.Events.ToTimeline();
        Assert.Empty(NatsJournalValidator.ValidateTimeline(new StringReader(timeline)));
        Assert.Contains(NatsJournalValidator.ValidateTimeline(new StringReader(timeline.Replace("[4]", "[5]", StringComparison.Ordinal))), v => v.Rule == "sequence");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("{\"kind\":\"Connecting\"}")]
    [InlineData("[1]")]
    public void A_line_that_is_no_event_is_a_violation(string line)
    {
        Assert.Equal("format", Assert.Single(NatsJournalValidator.ValidateJsonLines(new StringReader(line))).Rule);
        Assert.Equal("format", Assert.Single(NatsJournalValidator.ValidateTimeline(new StringReader(line))).Rule);
    }

    [Fact]
    public void A_timeline_shows_number_times_states_ids_kind_and_message()
    {
        var rig = new JournalRig();
        rig.Time.Advance(TimeSpan.FromMilliseconds(1500));
        rig.Connecting();
        Assert.Equal("#00001 +1.500000 2030-01-01T00:00:01.500000Z Closed>Connecting s0/o0/a0 Connecting: connecting to nats://a:4222\n", rig.Events.ToTimeline());
    }

    private static async Task<string> WriteAsync(IEnumerable<NatsConnectionEvent> events)
    {
        using var stream = new MemoryStream();
        await NatsJournalExport.WriteAsync(events, stream, JournalRig.Token);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static async Task<List<NatsConnectionEvent>> ReadAsync(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        List<NatsConnectionEvent> events = [];
        await foreach (NatsConnectionEvent e in NatsJournalExport.ReadAsync(stream, JournalRig.Token))
        {
            events.Add(e);
        }

        return events;
    }

    private sealed class UnreadableException : Exception
    {
        public override string Message => throw new InvalidOperationException("of the exception of the application");
    }
}
