using System.Text;
using Earshot.Cli.Messages;
using Earshot.Cli.Shell;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Cli.Tests.Messages;

/// <summary>The parts of the message verbs that need no server.</summary>
public sealed class ContentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Payload_of_bytes_is_shown_in_hexadecimal_up_to_a_limit()
    {
        byte[] payload = [.. Enumerable.Range(0, 100).Select(static i => (byte)i)];
        string[] lines = PayloadText.Show(payload).Split('\n');
        Assert.Equal("(not text, 100 bytes)", lines[0]);
        Assert.Equal("  0010  10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f  ................", lines[2]);
        Assert.Equal("  0020  20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f   !\"#$%&'()*+,-./", lines[3]);
        Assert.Equal("  ... 36 more bytes", lines[^1]);
        Assert.Equal(6, lines.Length);
    }

    [Fact]
    public void Text_of_a_payload_is_the_payload_and_only_shown_with_escapes()
    {
        Assert.Equal("a\rb\r", PayloadText.AsText("a\rb\r"u8));
        Assert.Equal("one\r\ntwo\t\n", PayloadText.AsText("one\r\ntwo\t\n"u8));
        Assert.Equal("a\\rb\\r", PayloadText.Show("a\rb\r"u8));
    }

    [Fact]
    public void Empty_payload_is_named() => Assert.Equal("(empty)", PayloadText.Show([]));

    [Fact]
    public void Graph_fits_the_width_and_scales_to_the_highest_rate()
    {
        var graph = new RateGraph();
        foreach (double rate in (double[])[0, 50, 100, 400, 800])
        {
            graph.Add(rate);
        }

        Assert.Equal(" ▁▁▄█ 800 msg/s, 1,350 in all", graph.Line(60, 1350));
        Assert.Equal(" 800 msg/s, 1,350 in all", graph.Line(10, 1350));
        Assert.True(graph.Line(28, 1350).Length < 28);
    }

    [Fact]
    public async Task Pace_spreads_messages_and_makes_up_for_a_short_delay()
    {
        var time = new FakeTimeProvider();
        var pace = new Pace(time, TimeSpan.FromMilliseconds(100));
        await pace.WaitAsync(Cancel);
        Task second = pace.WaitAsync(Cancel).AsTask();
        Assert.False(second.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(350));
        await second;
        Assert.True(pace.WaitAsync(Cancel).AsTask().IsCompleted);
        Assert.True(pace.WaitAsync(Cancel).AsTask().IsCompleted);
        Task fifth = pace.WaitAsync(Cancel).AsTask();
        Assert.False(fifth.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(50));
        await fifth;
    }

    [Fact]
    public async Task Pace_does_not_make_up_for_a_long_delay()
    {
        var time = new FakeTimeProvider();
        var pace = new Pace(time, TimeSpan.FromMilliseconds(100));
        await pace.WaitAsync(Cancel);
        time.Advance(TimeSpan.FromMinutes(1));
        await pace.WaitAsync(Cancel);
        Assert.False(pace.WaitAsync(Cancel).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Command_that_does_not_end_is_ended_after_its_time()
    {
        var time = new FakeTimeProvider();
        var translator = new Translator("cat; exec tail -f /dev/null", TimeSpan.FromSeconds(5), time);
        Task<byte[]> run = translator.RunAsync("x", "y"u8.ToArray(), Cancel);
        time.Advance(TimeSpan.FromSeconds(5));
        ToolException failed = await Assert.ThrowsAsync<ToolException>(() => run);
        Assert.Contains("did not end within 5 s", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_that_writes_without_end_is_ended_at_the_limit()
    {
        ToolException failed = await Assert.ThrowsAsync<ToolException>(() => new Translator("yes", TimeSpan.FromSeconds(30), TimeProvider.System).RunAsync("x", default, Cancel));
        Assert.Contains("wrote more than", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_that_does_not_read_its_input_still_has_its_output()
    {
        byte[] output = await new Translator("echo done", TimeSpan.FromSeconds(30), TimeProvider.System).RunAsync("x", new byte[1_000_000], Cancel);
        Assert.Equal("done\n", Encoding.UTF8.GetString(output));
    }

    [Theory]
    [InlineData(true, "3 msg/s, 3 in all\n1 msg/s, 4 in all\n")]
    [InlineData(false, "█ 3 msg/s, 3 in all           \r█▃ 1 msg/s, 4 in all          \r\n")]
    public async Task Rates_are_shown_once_a_second(bool isRedirected, string expected)
    {
        var time = new FakeTimeProvider();
        using var output = new StringWriter { NewLine = "\n" };
        var written = new SignalWriter(output);
        await using (var rates = new RateLines(new ToolHost { Out = written, Error = TextWriter.Null, In = TextReader.Null, IsOutRedirected = isRedirected, Time = time, Width = 31 }))
        {
            foreach (int count in (int[])[3, 1])
            {
                for (int i = 0; i < count; i++)
                {
                    rates.Count();
                }

                Task next = written.NextAsync();
                time.Advance(TimeSpan.FromSeconds(1));
                await next.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
            }
        }

        Assert.Equal(expected, output.ToString());
    }

    private sealed class SignalWriter(TextWriter inner) : TextWriter
    {
        private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Encoding Encoding => Encoding.UTF8;

        public Task NextAsync() => (_next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public override async Task WriteAsync(string? value)
        {
            await inner.WriteAsync(value);
            _next.TrySetResult();
        }

        public override async Task WriteLineAsync(string? value)
        {
            await inner.WriteLineAsync(value);
            _next.TrySetResult();
        }

        public override Task WriteLineAsync() => inner.WriteLineAsync();
    }
}
