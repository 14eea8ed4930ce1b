using System.Globalization;
using System.Text.Json;
using Earshot.Cli.Shell;
using Earshot.Cli.Tests.Rig;
using Earshot.JetStream;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Cli.Tests.Messages;

/// <summary>The verbs <c>pub</c>, <c>sub</c>, <c>request</c> and <c>reply</c> with a server.</summary>
public sealed class MessageVerbTests : IAsyncLifetime
{
    private NatsTestServer? _server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Url => _server!.Url;

    public async ValueTask InitializeAsync() => _server = await NatsTestServer.StartAsync(
        new NatsTestServerOptions
        {
            JetStream = true,
            Users = [new NatsTestServerUser("all", "c4n4ry"), new NatsTestServerUser("some", "c4n4ry") { Permissions = new() { PublishDeny = ["no.>"], SubscribeDeny = ["no.>"] } }],
            NoAuthUser = "all",
        },
        Cancel);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;

    [Fact]
    public async Task Pub_sends_text_and_headers_which_sub_shows()
    {
        ToolRun sub = await StartSubAsync("sub", "orders.*", "--count", "1");
        ToolRun pub = await RunAsync("pub", "orders.new", "two teas", "-H", "Kind: tea", "-H", "Kind:green", "-H", "Trace:1");
        Assert.Equal((ExitCode.Success, ExitCode.Success), (await pub.Code, await sub.Code));
        Assert.StartsWith("1 message of 8 bytes published to orders.new in ", pub.Out, StringComparison.Ordinal);
        Assert.Equal(["[1] orders.new", "Kind: tea", "Kind: green", "Trace: 1", "two teas"], sub.Lines.Select(static line => line.TrimEnd()));
        Assert.Equal("", pub.Error);
    }

    [Fact]
    public async Task Message_that_begins_with_an_at_sign_is_sent_as_it_is()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "c4n4ry", Cancel);
        try
        {
            ToolRun sub = await StartSubAsync("sub", "chat", "--count", "2", "--raw");
            ToolRun chat = await RunAsync("pub", "chat", "@bob hi");
            ToolRun path = await RunAsync("pub", "chat", $"@{file}");
            Assert.Equal((ExitCode.Success, ExitCode.Success), (await chat.Code, await path.Code));
            await sub.Code;
            Assert.Equal(["@bob hi", $"@{file}"], sub.Lines);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Sub_reads_several_subjects_as_json_with_the_time()
    {
        ToolRun sub = await StartSubAsync("sub", "a", "b", "--count", "2", "--json");
        await RunAsync("pub", "a", "text");
        await RunAsync(host => host with { InBytes = static () => new MemoryStream([0xff, 0x00]) }, "pub", "b", "--file", "-", "-H", "X:\u00e9");
        Assert.Equal(ExitCode.Success, await sub.Code);
        JsonElement[] messages = [.. sub.Lines.Select(static line => JsonDocument.Parse(line).RootElement).OrderBy(static message => message.GetProperty("subject").GetString())];
        Assert.Equal(["type", "number", "subject", "time", "size", "payload"], messages[0].EnumerateObject().Select(static member => member.Name));
        Assert.Equal("text", messages[0].GetProperty("payload").GetString());
        Assert.Equal([0xff, 0x00], messages[1].GetProperty("payloadBase64").GetBytesFromBase64());
        Assert.Equal("\u00e9", messages[1].GetProperty("headers").GetProperty("X")[0].GetString());
    }

    [Fact]
    public async Task Payload_that_is_not_text_and_control_characters_do_not_reach_the_terminal()
    {
        ToolRun sub = await StartSubAsync("sub", "x", "--count", "2");
        await RunAsync("pub", "x", "\u001b[2Jgone", "-H", "Title:\u001b]0;owned\u0007");
        await RunAsync("pub", "x", "line one\nline two");
        await sub.Code;
        Assert.DoesNotContain('\u001b', sub.Out);
        Assert.Contains("Title: \\u001b]0;owned\\u0007", sub.Out, StringComparison.Ordinal);
        Assert.Contains("(not text, 8 bytes)", sub.Out, StringComparison.Ordinal);
        Assert.Contains("0000  1b 5b 32 4a 67 6f 6e 65", sub.Out, StringComparison.Ordinal);
        Assert.EndsWith("line one\nline two\n", sub.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Raw_output_is_the_bytes_as_they_are()
    {
        using var bytes = new MemoryStream(); // its content can be read after the tool has closed it
        var sub = ToolRun.Start(host => host with { OutBytes = () => bytes }, "sub", "x", "--count", "1", "--raw", "--server", Url);
        await sub.WroteErrorAsync("Listening");
        await RunAsync(host => host with { InBytes = static () => new MemoryStream([1, 2, 0xfe]) }, "pub", "x", "--file", "-");
        await sub.Code;
        Assert.Equal([1, 2, 0xfe, (byte)'\n'], bytes.ToArray());
    }

    [Fact]
    public async Task Member_of_a_queue_group_takes_no_more_than_it_counts()
    {
        ToolRun reply = await StartSubAsync("reply", "jobs", "--echo", "--queue", "workers", "--count", "3", "--quiet");
        await using var client = new NatsConnection(new NatsOpts { Url = Url });
        bool[] answered = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                await client.RequestAsync<string, string>("jobs", "x", cancellationToken: Cancel);
                return true;
            }
            catch (NatsNoRespondersException)
            {
                return false; // the server has kept it for another member
            }
        }));
        Assert.Equal(3, answered.Count(static isAnswered => isAnswered));
        Assert.Equal(ExitCode.Success, await reply.Code);
    }

    [Fact]
    public async Task Output_that_is_slower_than_the_server_loses_no_message_and_is_opened_once()
    {
        const int Messages = 70_000; // more than a queue takes
        using var output = new HeldStream();
        int opened = 0;
        var sub = ToolRun.Start(
            host => host with { OutBytes = () => { opened++; return output; } }, "sub", "x", "--raw", "--count", Messages.ToString(CultureInfo.InvariantCulture), "--server", Url);
        await sub.WroteErrorAsync("Listening");
        await using var publisher = new NatsConnection(new NatsOpts { Url = Url });
        for (int i = 0; i < Messages; i++)
        {
            await publisher.PublishAsync("x", "a", cancellationToken: Cancel);
        }

        await publisher.FlushAsync(Cancel);
        await sub.WroteErrorAsync("SlowConsumer");
        output.Release();
        Assert.Equal(ExitCode.Success, await sub.Code);
        Assert.Equal((2 * Messages, 1), (output.Written, opened));
    }

    [Fact]
    public async Task Time_of_a_message_is_local()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
        time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(3), "east", "east"));
        var sub = ToolRun.Start(host => host with { Time = time }, "sub", "x", "--timestamp", "--count", "1", "--server", Url);
        await sub.WroteErrorAsync("Listening");
        await RunAsync("pub", "x", "tea");
        Assert.Equal(ExitCode.Success, await sub.Code);
        Assert.StartsWith("15:00:00.000 [1] x", sub.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Translated_payload_is_the_output_of_the_command()
    {
        ToolRun sub = await StartSubAsync("sub", "x", "--count", "1", "--raw", "--translate", "tr a-z A-Z; echo \" $NATS_SUBJECT\"");
        await RunAsync("pub", "x", "tea");
        await sub.Code;
        Assert.Equal("TEA x\n\n", sub.Out);
    }

    [Fact]
    public async Task Command_that_fails_is_reported_and_the_payload_shown()
    {
        ToolRun sub = await StartSubAsync("sub", "x", "--count", "1", "--raw", "--translate", "exit 3");
        await RunAsync("pub", "x", "tea");
        Assert.Equal(ExitCode.Success, await sub.Code);
        Assert.Equal("tea\n", sub.Out);
        Assert.Contains("The command 'exit 3' ended with exit code 3. The payload is shown as it is.", sub.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_shows_the_reply_and_echo_returns_payload_and_headers()
    {
        ToolRun reply = await StartSubAsync("reply", "echo", "--echo", "--count", "2", "--quiet");
        ToolRun request = await RunAsync("request", "echo", "hello", "-H", "Trace:7", "--json", "--count", "2");
        Assert.Equal((ExitCode.Success, ExitCode.Success), (await request.Code, await reply.Code));
        Assert.Equal(2, request.Lines.Length);
        JsonElement message = JsonDocument.Parse(request.Lines[1]).RootElement;
        Assert.Equal(("hello", 2, "7"), (message.GetProperty("payload").GetString(), message.GetProperty("number").GetInt32(), message.GetProperty("headers").GetProperty("Trace")[0].GetString()));
        Assert.InRange(message.GetProperty("rtt").GetDouble(), 0, 5);
        Assert.Equal("", reply.Out);
    }

    [Fact]
    public async Task Reply_with_a_command_answers_with_its_output_and_shows_the_request()
    {
        ToolRun reply = await StartSubAsync("reply", "upper", "--command", "tr a-z A-Z", "--count", "1");
        ToolRun request = await RunAsync("request", "upper", "tea", "--raw");
        Assert.Equal("TEA\n", request.Out);
        await reply.Code;
        Assert.Contains("[1] upper  reply _INBOX.", reply.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_without_responders_ends_with_its_exit_code()
    {
        ToolRun request = await RunAsync("request", "nothing.here", "x");
        Assert.Equal((ExitCode.NoReply, ""), (await request.Code, request.Out));
        Assert.StartsWith("earshot: ", request.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_without_a_reply_in_time_ends_with_its_exit_code()
    {
        await using ToolSilence silence = await ToolSilence.OnAsync(Url, "mute");
        var time = new FakeTimeProvider();
        var request = ToolRun.Start(host => host with { Time = time }, "request", "mute", "x", "--timeout", "5", "--server", Url);
        await silence.WaitForMessageAsync();
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(ExitCode.NoReply, await request.Code);
    }

    [Theory]
    [InlineData("pub", "no.entry", "x")]
    [InlineData("sub", "no.entry", "--count=1")]
    [InlineData("request", "no.entry", "--timeout=20")]
    [InlineData("reply", "no.entry", "x")]
    public async Task Denied_permission_ends_with_its_exit_code(params string[] args)
    {
        ToolRun run = await RunAsync([.. args, "--user", "some", "--password", "c4n4ry"]);
        Assert.Equal((ExitCode.Permission, ""), (await run.Code, run.Out));
        Assert.Contains("PermissionViolation", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("c4n4ry", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pub_to_a_stream_shows_where_the_message_is_stored()
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = Url });
        await connection.CreateJetStreamContext().CreateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]), Cancel);
        ToolRun pub = await RunAsync("pub", "orders.new", "tea", "--jetstream", "--count", "2", "-H", "Nats-Msg-Id:7");
        Assert.Equal("", pub.Error);
        Assert.Equal(["stream ORDERS, sequence 1", "stream ORDERS, sequence 1 (stored before)"], pub.Lines[..2]);
        ToolRun json = await RunAsync("pub", "orders.new", "tea", "--jetstream", "--json");
        Assert.Equal("""{"type":"stored","subject":"orders.new","stream":"ORDERS","sequence":2,"isDuplicate":false}""", json.Lines[0]);
        Assert.StartsWith("""{"type":"published","subject":"orders.new","messages":1,"bytes":3,"seconds":""", json.Lines[1], StringComparison.Ordinal);
        ToolRun none = await RunAsync("pub", "elsewhere", "tea", "--jetstream");
        Assert.Equal(ExitCode.NoReply, await none.Code);
    }

    [Fact]
    public async Task Lost_connection_is_reported_while_the_verb_runs()
    {
        ToolRun sub = await StartSubAsync("sub", "x", "--count", "1");
        _server!.Faults.Drop(NatsTestServerDrop.Reset);
        await sub.WroteErrorAsync("Reconnected");
        Assert.Contains("Disconnected", sub.Error, StringComparison.Ordinal);
        await RunAsync("pub", "x", "still there");
        Assert.Equal(ExitCode.Success, await sub.Code);
        Assert.Contains("still there", sub.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_verb_ends_with_its_exit_code()
    {
        ToolRun sub = await StartSubAsync("sub", "x");
        await sub.Stop.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await sub.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelled_pub_does_not_wait_for_the_end_of_its_input(bool hasBytes)
    {
        using var text = new OpenInput();
        await using var bytes = new OpenByteInput();
        var pub = ToolRun.Start(host => host with { In = text, InBytes = hasBytes ? () => bytes : null }, "pub", "x", "--file", "-", "--server", Url);
        await (hasBytes ? bytes.WhenRead : text.WhenRead).WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        await pub.Stop.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await pub.Code);
    }

    [Fact]
    public async Task Cancelled_pub_shows_what_it_has_published()
    {
        ToolRun sub = await StartSubAsync("sub", "x", "--count", "2");
        var pub = ToolRun.Start(static host => host, "pub", "x", "tea", "--count", "1000", "--rate", "20", "--json", "--server", Url);
        await sub.Code;
        await pub.Stop.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await pub.Code);
        JsonElement answer = JsonDocument.Parse(pub.Out).RootElement;
        Assert.True(answer.GetProperty("partial").GetBoolean());
        Assert.InRange(answer.GetProperty("messages").GetInt32(), 2, 999);
        Assert.Equal("", pub.Error);
    }

    [Theory]
    [InlineData("A header must be written as name:value.", "pub", "x", "y", "-H", "nothing")]
    [InlineData("A message and --file exclude each other.", "pub", "x", "y", "--file", "z")]
    [InlineData("--count must be between", "pub", "x", "--count", "0")]
    [InlineData("--rate must be", "pub", "x", "--rate", "-1")]
    [InlineData("--rate must be", "pub", "x", "--rate", "1e-300")]
    [InlineData("--count must be at least 1.", "sub", "x", "--count", "0")]
    [InlineData("Give one of a message, --file, --echo and --command.", "reply", "x", "y", "--echo")]
    [InlineData("Give one of a message, --file, --echo and --command.", "reply", "x")]
    [InlineData("--graph and --json exclude each other.", "sub", "x", "--graph", "--json")]
    [InlineData("--graph and --raw exclude each other.", "sub", "x", "--graph", "--raw")]
    [InlineData("The subject contains a space", "pub", "a b", "x")]
    [InlineData("The subject contains a wildcard", "pub", "x.*", "hi")]
    [InlineData("The subject has an empty token", "sub", "a..b")]
    [InlineData("The queue group contains a space", "sub", "x", "-q", "a b")]
    [InlineData("header", "pub", "x", "-H", "a b:1", "y")]
    public async Task Options_that_make_no_sense_are_a_usage_error(string message, params string[] args)
    {
        ToolRun run = await RunAsync(args);
        Assert.Equal(ExitCode.Usage, await run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_that_is_larger_than_the_server_takes_is_a_usage_error()
    {
        ToolRun run = await RunAsync(static host => host with { InBytes = static () => new MemoryStream(new byte[2_000_000]) }, "pub", "x", "--file", "-");
        Assert.Equal(ExitCode.Usage, await run.Code);
        Assert.Contains("maximum payload", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_does_not_exist_is_a_file_error()
    {
        ToolRun run = await RunAsync("pub", "x", "--file", "/nowhere/at/all");
        Assert.Equal(ExitCode.File, await run.Code);
    }

    private Task<ToolRun> RunAsync(params string[] args) => RunAsync(static host => host, args);

    private Task<ToolRun> RunAsync(Func<ToolHost, ToolHost> change, params string[] args) => ToolRun.EndOfAsync(change, [.. args, "--server", Url]);

    private async Task<ToolRun> StartSubAsync(params string[] args)
    {
        var run = ToolRun.Start(static host => host, [.. args, "--server", Url]);
        await run.WroteErrorAsync("Listening on ");
        return run;
    }

    /// <summary>An output that takes nothing until the test releases it, and counts the bytes.</summary>
    private sealed class HeldStream : MemoryStream
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal int Written { get; private set; }

        internal void Release() => _released.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _released.Task.WaitAsync(cancellationToken);
            Written += buffer.Length;
        }
    }

    private sealed class ToolSilence(NatsConnection connection, INatsSub<byte[]> subscription) : IAsyncDisposable
    {
        internal static async Task<ToolSilence> OnAsync(string url, string subject)
        {
            var connection = new NatsConnection(new NatsOpts { Url = url });
            INatsSub<byte[]> subscription = await connection.SubscribeCoreAsync<byte[]>(subject, cancellationToken: Cancel);
            await connection.PingAsync(Cancel);
            return new ToolSilence(connection, subscription);
        }

        internal async Task WaitForMessageAsync() => await subscription.Msgs.ReadAsync(Cancel);

        public async ValueTask DisposeAsync()
        {
            await subscription.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
