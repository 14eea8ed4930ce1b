using System.Text.Json;
using Earshot.Cli.EventTable;
using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests.EventTable;

/// <summary>The table of events, and the explanation of one kind.</summary>
public sealed class EventTableTests
{
    private static readonly NatsEventKind[] s_kinds = [.. Enum.GetValues<NatsEventKind>().Where(static kind => kind != NatsEventKind.None)];

    [Fact]
    public void Table_has_every_kind_of_event() =>
        Assert.Equal(s_kinds.Select(static kind => (int)kind), EventCatalogue.All.Select(static row => row.Id));

    [Fact]
    public void Every_kind_has_a_sentence_of_at_least_five_words_about_what_to_do()
    {
        Assert.All(s_kinds, static kind =>
        {
            string advice = Assert.IsType<string>(Advice.For(kind));
            Assert.InRange(advice.Split(' ').Length, 5, 40);
            Assert.EndsWith(".", advice, StringComparison.Ordinal);
        });
        Assert.Equal(s_kinds.Length, s_kinds.Select(Advice.For).Distinct().Count());
    }

    [Fact]
    public async Task Events_lists_all_kinds_below_their_categories()
    {
        ToolRun run = await ToolRun.EndOfAsync("events");
        Assert.Equal(ExitCode.Success, await run.Code);
        Assert.All(EventCatalogue.All, row => Assert.Contains(run.Lines, line => line.Contains($"{row.Id,4} {row.Class,-2} {row.Kind} ", StringComparison.Ordinal)));
        Assert.Equal("Lifecycle", run.Lines[0]);
        Assert.Equal("", run.Error);
    }

    [Theory]
    [InlineData("dropp", 5)]
    [InlineData("601", 1)]
    [InlineData("UncertainBytes", 1)]
    public async Task Events_can_be_searched_by_name_id_and_members(string text, int atLeast)
    {
        ToolRun run = await ToolRun.EndOfAsync("events", text, "--json");
        Assert.InRange(run.Lines.Length, 1, 8);
        Assert.InRange(run.Lines.Length, Math.Min(atLeast, 2), 8);
        Assert.All(run.Lines, line => Assert.Contains(text, line, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Events_of_one_category_are_json_objects_with_all_facts()
    {
        ToolRun run = await ToolRun.EndOfAsync("events", "--category", "drain", "--json");
        Assert.Equal([801, 802, 803, 804], run.Lines.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetInt32()));
        JsonElement first = JsonDocument.Parse(run.Lines[0]).RootElement;
        Assert.Equal(["type", "id", "kind", "category", "class", "payload", "meaning", "advice"], first.EnumerateObject().Select(static member => member.Name));
        Assert.Equal("eventKind", first.GetProperty("type").GetString());
        Assert.Equal(["Scope", "Subscriptions", "Timeout"], first.GetProperty("payload").EnumerateArray().Select(static member => member.GetString()));
    }

    [Theory]
    [InlineData("--category", "Weather", ExitCode.Usage, "There is no category 'Weather'")]
    [InlineData("zebra", null, ExitCode.Negative, "No kind of event contains 'zebra'")]
    public async Task Events_that_do_not_exist_are_an_error(string first, string? second, int code, string message)
    {
        ToolRun run = await ToolRun.EndOfAsync(second is null ? ["events", first] : ["events", first, second]);
        Assert.Equal(code, await run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Theory]
    [InlineData("SlowConsumer")]
    [InlineData("slowconsumer")]
    [InlineData("601")]
    [InlineData("NatsSlowConsumerEvent")]
    [InlineData("OnSlowConsumerAsync")]
    [InlineData("OnSlowConsumer")]
    [InlineData("ErrorListener.slowConsumerDetected")]
    public async Task Explain_finds_a_kind_by_any_of_its_names(string name)
    {
        ToolRun run = await ToolRun.EndOfAsync("explain", name);
        Assert.Equal(ExitCode.Success, await run.Code);
        Assert.Equal(
            [
                "SlowConsumer (601, Flow, lossless)",
                "  Meaning     A subscription became a slow consumer: its queue is full. Raised at the first drop of an episode.",
                "  What to do  Process messages faster, add members to the queue group, or raise PendingMessagesLimit of the subscription.",
                "  Members     Subscription, Sid, Subject, PendingMessages, PendingBytes, LimitMessages, LimitBytes, Policy",
                "  Listen      events.On<NatsSlowConsumerEvent>(e => ...)",
                "  Elsewhere   Go: ErrorHandler",
                "              Python: error_cb",
                "              Java: ErrorListener.slowConsumerDetected",
                "              C: natsOptions_SetErrorHandler",
            ],
            run.Lines.Select(static line => line.TrimEnd()));
    }

    [Fact]
    public async Task Explain_shows_all_kinds_that_a_name_of_another_client_means()
    {
        ToolRun run = await ToolRun.EndOfAsync("explain", "ConnectionOpened", "--json");
        Assert.Equal(["Connected", "Reconnected"], run.Lines.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()));
        Assert.Contains("\"otherClients\":[{\"language\":", run.Lines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Diconnected", "Did you mean Disconnected?")]
    [InlineData("slwoconsumer", "Did you mean SlowConsumer?")]
    [InlineData("LameDuck", "Did you mean LameDuckMode?")]
    [InlineData("qqqqqqqq", "`earshot events` lists all.")]
    [InlineData("\u001b[31mred", "There is no kind of event '\\u001b[31mred'.")]
    public async Task Explain_suggests_the_nearest_kind(string name, string expected)
    {
        ToolRun run = await ToolRun.EndOfAsync("explain", name);
        Assert.Equal(ExitCode.Usage, await run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Theory]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "ABC", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "ab", 1)]
    [InlineData("abc", "xbc", 1)]
    [InlineData("", "abc", 3)]
    public void Distance_counts_the_differences(string left, string right, int expected) => Assert.Equal(expected, NearestName.Distance(left, right));
}
