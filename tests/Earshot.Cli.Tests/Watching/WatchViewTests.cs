using System.Text.RegularExpressions;
using Earshot.Cli.Output;
using Earshot.Cli.Watching;
using Spectre.Console;
using Xunit;

namespace Earshot.Cli.Tests.Watching;

/// <summary>The screen of watch: its pictures at several widths, with and without colours.</summary>
public sealed partial class WatchViewTests
{
    private const string Url = "nats://127.0.0.1:4222";

    [GeneratedRegex("\e\\[[0-9;]*[mK]")]
    private static partial Regex Escape { get; }

    [Theory]
    [InlineData(60, 24)]
    [InlineData(80, 24)]
    [InlineData(160, 50)]
    public void Open_connection_after_an_outage(int width, int height) =>
        Assert_picture($"open-{width}", Fold(TestJournal.Connected(120).Lose(120).Recover(123.4, 3.4).Pongs(124, 240)), 240.5, width, height);

    [Theory]
    [InlineData(60, 24)]
    [InlineData(80, 24)]
    [InlineData(160, 50)]
    public void Connection_without_a_server(int width, int height)
    {
        TestJournal journal = TestJournal.Connected(120).Lose(120)
            .Add(120.03, NatsConnectionState.Reconnecting, new NatsReconnectDelayEvent { Delay = TimeSpan.FromSeconds(5), Round = 2 });
        Assert_picture($"down-{width}", Fold(journal), 122, width, height);
    }

    [Theory]
    [InlineData(60, 24)]
    [InlineData(80, 24)]
    [InlineData(160, 50)]
    public void Connection_whose_credentials_are_refused(int width, int height)
    {
        TestJournal journal = new TestJournal()
            .Add(0, NatsConnectionState.Connecting, new NatsConnectingEvent { Servers = [TestJournal.Server(1).Url] })
            .Add(0.01, NatsConnectionState.Connecting, new NatsAuthenticationErrorEvent { Server = TestJournal.Server(1), ConsecutiveRejections = 1, TimeUntilAbort = TimeSpan.FromSeconds(30) })
            .Add(0.02, NatsConnectionState.Connecting, new NatsConnectAttemptFailedEvent
            {
                Server = TestJournal.Server(1) with { Attempts = 1 },
                Phase = NatsConnectPhase.Authentication,
                Exception = new NatsServerException("Authorization Violation"),
                ServerError = new NatsServerException("Authorization Violation").ServerError,
                WillRetry = true,
            })
            .Add(0.03, NatsConnectionState.Connecting, new NatsReconnectDelayEvent { Delay = TimeSpan.FromSeconds(5), Round = 1 });
        Assert_picture($"refused-{width}", Fold(journal), 4, width, height);
    }

    [Theory]
    [InlineData(60, 24)]
    [InlineData(80, 24)]
    [InlineData(160, 50)]
    public void Server_in_lame_duck_mode(int width, int height) =>
        Assert_picture($"lame-duck-{width}", Fold(TestJournal.Connected(60).Lose(60).Recover(61, 1).Pongs(62, 100).LameDuck(100)), 103, width, height);

    [Theory]
    [InlineData(60, 24)]
    [InlineData(80, 24)]
    [InlineData(160, 50)]
    public void Several_connections(int width, int height)
    {
        WatchModel model = new WatchModel(["nats://127.0.0.1:4222", "nats://127.0.0.2:4222", "nats://127.0.0.3:4222"])
            .Apply(2, new TestJournal().Add(0, NatsConnectionState.Connecting, new NatsConnectingEvent { Servers = [TestJournal.Server(3).Url] }).Events[0]);
        model = TestJournal.Connected(120).Lose(120).Recover(123.4, 3.4).Events.Aggregate(model, (m, e) => m.Apply(0, e, e.Severity >= NatsEventSeverity.Information));
        model = TestJournal.Connected(120).Events.Aggregate(model, (m, e) => m.Apply(1, e, e.Severity >= NatsEventSeverity.Information));
        Assert_picture($"several-{width}", model, 126, width, height);
    }

    [Fact]
    public void Colours_are_in_addition_to_the_characters()
    {
        Frame frame = Draw(Fold(TestJournal.Connected(120).Lose(120).Recover(123.4, 3.4).Pongs(124, 240)), 240.5, 80, 24);
        string coloured = Render(frame, ColorSystemSupport.Standard, 80);
        Snapshot.Matches("open-80-colours", coloured);
        Assert.Equal(Render(frame, ColorSystemSupport.NoColors, 80), Escape.Replace(coloured, ""));
    }

    [Theory]
    [InlineData(60, 24)]
    [InlineData(80, 10)]
    [InlineData(300, 80)]
    public void Picture_is_never_larger_than_the_terminal(int width, int height)
    {
        WatchModel model = new([.. Enumerable.Range(1, 40).Select(i => $"nats://server-with-a-long-name-{i}.example.com:4222")]);
        for (int i = 0; i < 40; i++)
        {
            model = TestJournal.Connected(20).Lose(20).Events.Aggregate(model, (m, e) => m.Apply(i, e));
        }

        IReadOnlyList<FrameLine> lines = Draw(model, 30, width, height).Lines;
        Assert.InRange(lines.Count, 1, Math.Max(height - 1, 9));
        Assert.All(lines, line => Assert.InRange(line.Text.Length, 0, width - 1));
    }

    [Fact]
    public void Text_of_a_server_changes_nothing_but_its_line()
    {
        NatsServer hostile = TestJournal.Server(1) with { Name = "\e[2J\u202Eevil\r\n\u0007" };
        TestJournal journal = new TestJournal()
            .Add(0, NatsConnectionState.Connecting, new NatsConnectingEvent { Servers = [hostile.Url] })
            .Add(1, NatsConnectionState.Open, new NatsConnectedEvent { Server = hostile, Info = TestJournal.Info(1), Timings = new NatsConnectTimings() })
            .Add(2, NatsConnectionState.Open, new NatsServerErrorEvent { Text = "'\e]0;title\u0007 \u200F 表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表" });
        string text = Render(Draw(Fold(journal), 3, 80, 24), ColorSystemSupport.NoColors, 80);
        Assert.DoesNotContain(text, c => c != '\n' && (char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format));
        Assert.All(text.Split('\n'), line => Assert.InRange(Earshot.Cli.Tests.Output.Columns.Of(line), 0, 79));
        Assert.Contains(@"\u001b[2J\u202eevil", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Short_outage_is_seen_in_a_column_of_seconds()
    {
        WatchModel model = Fold(TestJournal.Connected(120).Lose(120).Recover(120.05, 0.05).Pongs(122, 200));
        FrameLine bar = Draw(model, 200, 60, 24).Lines.First(line => line.Text.StartsWith("state", StringComparison.Ordinal));
        Assert.Equal(1, bar.Text.Count(c => c == '×'));
    }

    [Fact]
    public void Border_of_a_column_does_not_move_with_the_time()
    {
        WatchModel model = Fold(TestJournal.Connected(60).Lose(60).Recover(61, 1));
        string[] bars = [.. Enumerable.Range(0, 40).Select(i => Draw(model, 62 + (i * 0.1), 80, 24).Lines.First(line => line.Text.StartsWith("state", StringComparison.Ordinal)).Text)];
        Assert.InRange(bars.Distinct().Count(), 1, 2);
    }

    private static void Assert_picture(string name, WatchModel model, double seconds, int width, int height)
    {
        string text = Render(Draw(model, seconds, width, height), ColorSystemSupport.NoColors, width);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, width - 1));
        Snapshot.Matches(name, text);
    }

    private static WatchModel Fold(TestJournal journal) =>
        journal.Events.Aggregate(new WatchModel([Url]), (model, e) => model.Apply(0, e, e.Severity >= NatsEventSeverity.Information));

    private static Frame Draw(WatchModel model, double seconds, int width, int height) =>
        new WatchView { Width = width, Height = height, Selection = "shown: info and above", Hint = "Ctrl+C ends" }.Draw(model, TestJournal.At(seconds));

    private static string Render(Frame frame, ColorSystemSupport colours, int width)
    {
        using var output = new StringWriter { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = colours, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        console.Write(frame);
        string text = output.ToString();
        text = colours == ColorSystemSupport.NoColors ? Escape.Replace(text, "") : text;
        return string.Join('\n', text.Split('\n').Select(line => line.TrimEnd()));
    }
}
