using System.Text.Json;
using Earshot.Cli.Bench;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;
using Earshot.JetStream;
using Xunit;

namespace Earshot.Cli.Tests.Bench;

/// <summary>The measurements with a server, and how a result is computed and shown.</summary>
public sealed class BenchTests : IAsyncLifetime
{
    private NatsTestServer? _server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;

    [Fact]
    public async Task Pub_divides_the_messages_among_its_clients()
    {
        ToolRun run = await RunAsync("bench", "pub", "x", "--msgs", "1001", "--size", "16", "--clients", "2", "--json");
        Assert.Equal(ExitCode.Success, await run.Code);
        JsonElement result = JsonDocument.Parse(Assert.Single(run.Lines)).RootElement;
        Assert.Equal(("bench", "pub", 1001, 16016), (result.GetProperty("type").GetString(), result.GetProperty("kind").GetString(), result.GetProperty("messages").GetInt32(), result.GetProperty("bytes").GetInt32()));
        Assert.Equal([501, 500], result.GetProperty("perClient").EnumerateArray().Select(static client => client.GetProperty("messages").GetInt32()));
        double seconds = result.GetProperty("seconds").GetDouble();
        Assert.Equal(1001 / seconds, result.GetProperty("messagesPerSecond").GetDouble(), 1e-6);
        Assert.False(result.TryGetProperty("latency", out _));
    }

    [Fact]
    public async Task Sub_measures_what_pub_sends()
    {
        var sub = ToolRun.Start(static host => host, "bench", "sub", "x", "--msgs", "500", "--clients", "2", "--json", "--server", _server!.Url);
        await sub.WroteErrorAsync("Subscribed");
        await RunAsync("bench", "pub", "x", "--msgs", "600", "--size", "10");
        Assert.Equal(ExitCode.Success, await sub.Code);
        JsonElement result = JsonDocument.Parse(Assert.Single(sub.Lines)).RootElement;
        Assert.Equal((1000, 10_000), (result.GetProperty("messages").GetInt32(), result.GetProperty("bytes").GetInt32()));
    }

    [Fact]
    public async Task Request_shows_percentiles_and_a_histogram_and_writes_the_table()
    {
        string file = Path.GetTempFileName();
        try
        {
            var reply = ToolRun.Start(static host => host, "reply", "echo", "--echo", "--quiet", "--server", _server!.Url);
            await reply.WroteErrorAsync("Listening");
            ToolRun run = await RunAsync("bench", "request", "echo", "--msgs", "50", "--csv", file);
            await reply.Stop.CancelAsync();
            await reply.Code;
            Assert.Equal(ExitCode.Success, await run.Code);
            Assert.StartsWith("request echo  1 client, 50 messages in ", run.Out, StringComparison.Ordinal);
            Assert.Contains("  percentiles 50% ", run.Out, StringComparison.Ordinal);
            Assert.Contains("  up to ", run.Out, StringComparison.Ordinal);
            string[] table = await File.ReadAllLinesAsync(file, Cancel);
            Assert.Equal("kind,client,messages,bytes,seconds,messages_per_second,p50,p99,max", table[0]);
            Assert.StartsWith("request,1,50,6400,", table[1], StringComparison.Ordinal);
            Assert.StartsWith("request,all,50,6400,", table[2], StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("--window=1", true)]
    [InlineData("--window=16", false)]
    public async Task Stream_is_created_for_the_measurement_and_deleted(string window, bool hasLatencies)
    {
        ToolRun run = await RunAsync("bench", "js-pub", "bench.js", "--create", "--msgs", "40", "--json", window);
        Assert.Equal(ExitCode.Success, await run.Code);
        JsonElement result = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal((40, hasLatencies), (result.GetProperty("messages").GetInt32(), result.TryGetProperty("latency", out _)));
        await using var connection = new NatsConnection(new NatsOpts { Url = _server!.Url });
        Assert.Empty(await connection.CreateJetStreamContext().ListStreamNamesAsync(cancellationToken: Cancel).ToListAsync(Cancel));
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(2, 30)]
    [InlineData(1, 10)]
    public async Task Stream_is_read_by_clients_that_share_a_consumer_which_is_deleted(int clients, int messages)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = _server!.Url });
        INatsJSContext context = connection.CreateJetStreamContext();
        await context.CreateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]), Cancel);
        await RunAsync("bench", "js-pub", "orders.x", "--msgs", "30");
        ToolRun run = await RunAsync("bench", "js-consume", "ORDERS", "--clients", $"{clients}", "--msgs", $"{messages}", "--json");
        Assert.Equal(ExitCode.Success, await run.Code);
        Assert.InRange(JsonDocument.Parse(run.Out).RootElement.GetProperty("messages").GetInt32(), messages, messages + clients);
        Assert.Empty(await context.ListConsumerNamesAsync("ORDERS", Cancel).ToListAsync(Cancel));
    }

    [Theory]
    [InlineData(StreamConfigRetention.Workqueue)]
    [InlineData(StreamConfigRetention.Interest)]
    public async Task Stream_that_removes_what_is_read_is_read_on_request_only(StreamConfigRetention retention)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = _server!.Url });
        INatsJSContext context = connection.CreateJetStreamContext();
        INatsJSStream stream = await context.CreateStreamAsync(new StreamConfig("TASKS", ["tasks"]) { Retention = retention }, Cancel);
        bool isOfConsumer = retention == StreamConfigRetention.Interest;
        if (isOfConsumer)
        {
            await stream.CreateOrUpdateConsumerAsync(new ConsumerConfig("worker") { AckPolicy = ConsumerConfigAckPolicy.Explicit }, Cancel);
        }

        await RunAsync("bench", "js-pub", "tasks", "--msgs", "5");
        ToolRun refused = await RunAsync("bench", "js-consume", "TASKS");
        await stream.RefreshAsync(Cancel);
        Assert.Equal((ExitCode.Usage, "", 5), (await refused.Code, refused.Out, (int)stream.Info.State.Messages));
        Assert.Contains($"The stream 'TASKS' has the retention {retention}", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--consume-messages", refused.Error, StringComparison.Ordinal);
        Assert.Equal(isOfConsumer ? 1 : 0, stream.Info.State.ConsumerCount);

        ToolRun run = await RunAsync("bench", "js-consume", "TASKS", "--consume-messages", "--json");
        await stream.RefreshAsync(Cancel);
        Assert.Equal((ExitCode.Success, isOfConsumer ? 5 : 0), (await run.Code, (int)stream.Info.State.Messages));
    }

    [Fact]
    public async Task Empty_stream_is_named()
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = _server!.Url });
        await connection.CreateJetStreamContext().CreateStreamAsync(new StreamConfig("EMPTY", ["empty"]), Cancel);
        ToolRun run = await RunAsync("bench", "js-consume", "EMPTY");
        Assert.Equal(ExitCode.Negative, await run.Code);
        Assert.Contains("The stream 'EMPTY' has no messages to read.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duration_ends_a_measurement()
    {
        ToolRun run = await RunAsync("bench", "pub", "x", "--duration", "0.05", "--json");
        Assert.Equal(ExitCode.Success, await run.Code);
        Assert.InRange(JsonDocument.Parse(run.Out).RootElement.GetProperty("messages").GetInt32(), 1, int.MaxValue);
    }

    [Fact]
    public async Task Request_without_responders_ends_the_measurement_with_its_exit_code()
    {
        ToolRun run = await RunAsync("bench", "request", "nothing", "--clients", "2");
        Assert.Equal((ExitCode.NoReply, ""), (await run.Code, run.Out));
    }

    [Theory]
    [InlineData("--msgs", "0")]
    [InlineData("--clients", "0")]
    [InlineData("--size", "-1")]
    [InlineData("--duration", "0")]
    public async Task Numbers_out_of_range_are_a_usage_error(string option, string value)
    {
        ToolRun run = await RunAsync("bench", "pub", "x", option, value);
        Assert.Equal(ExitCode.Usage, await run.Code);
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Histogram_has_percentiles_within_its_precision()
    {
        var latencies = new LatencyHistogram();
        for (int i = 1; i <= 10_000; i++)
        {
            latencies.Add(TimeSpan.FromMicroseconds(i));
        }

        Assert.Equal((10_000, TimeSpan.FromMicroseconds(1), TimeSpan.FromMicroseconds(10_000)), (latencies.Count, latencies.Min, latencies.Max));
        Assert.Equal(5000.5, latencies.Mean.TotalMicroseconds, 0.1);
        Assert.All((double[])[0.5, 0.9, 0.99, 0.999], fraction => Assert.InRange(latencies.Percentile(fraction).TotalMicroseconds, fraction * 10_000, fraction * 10_000 * 33 / 32));
        Assert.Equal(10_000, latencies.Percentile(1).TotalMicroseconds);
        Assert.Equal(10_000, latencies.Ranges().Sum(static range => range.Count));
        Assert.All(latencies.Ranges().Zip(latencies.Ranges().Skip(1)), static pair => Assert.Equal(pair.First.UpTo * 2, pair.Second.UpTo));
    }

    [Fact]
    public void Histograms_of_clients_are_added()
    {
        (LatencyHistogram one, LatencyHistogram other) = (new(), new());
        one.Add(TimeSpan.FromMilliseconds(1));
        other.Add(TimeSpan.FromMilliseconds(3));
        one.Add(other);
        Assert.Equal((2, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(2)), (one.Count, one.Min, one.Max, one.Mean));
    }

    [Fact]
    public void Counting_a_message_allocates_nothing()
    {
        var client = new BenchClient(1, 1_000_000, hasLatencies: true, TimeProvider.System);
        client.Count(1, TimeProvider.System.GetTimestamp());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            client.Count(1, TimeProvider.System.GetTimestamp());
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Result_is_shown_with_its_histogram()
    {
        var latency = new LatencySummary(0.000_05, 0.000_2, 0.000_1, 0.000_3, 0.001, 0.002, 1.5, [new LatencyRange(0.000_1, 75), new LatencyRange(0.000_2, 25)]);
        var result = new BenchResult("request", "echo", 2, 128, 100, 12_800, 2, 50, 6400, latency, []);
        using var output = new StringWriter { NewLine = "\n" };
        BenchView.Write(Screen.On(output, isRedirected: true, noColor: true), result);
        Assert.Equal(
            """
            request echo  2 clients, 100 messages in 2.000 s
              rate        50 msg/s, 0.01 MB/s
              latency     min 50 us, mean 200 us, max 1.5 s
              percentiles 50% 100 us, 90% 300 us, 99% 1 ms, 99.9% 2 ms
              up to     100 us  ######################## 75
              up to     200 us  ########                 25

            """,
            output.ToString());
    }

    private Task<ToolRun> RunAsync(params string[] args) => ToolRun.EndOfAsync([.. args, "--server", _server!.Url]);
}
