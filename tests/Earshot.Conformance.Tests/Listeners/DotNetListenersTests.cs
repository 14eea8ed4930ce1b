using System.Threading.Channels;
using Earshot.Testing;
using Microsoft.Extensions.Logging;
using Xunit;
using static Earshot.Conformance.Tests.Listeners.ListenerScenario;

namespace Earshot.Conformance.Tests.Listeners;

/// <summary>C# programs that use += work unchanged, and events that the page lists as missing in C# exist. Real servers.</summary>
public sealed class DotNetListenersTests
{
    [Fact]
    public async Task CSharp_snippet_of_the_page_prints_what_it_promises()
    {
        await using ITestServer server = await ScenarioSetup.ServerAsync();
        TextWriter console = Console.Out;
        var lines = Channel.CreateUnbounded<string>();
        Console.SetOut(new LineWriter(lines.Writer, server.Url));
        try
        {
            await PageSnippet.RunAsync(server.Url, async () =>
            {
                Assert.StartsWith($"Connected: connected to {server.Url}", await lines.Reader.NextAsync(), StringComparison.Ordinal);
                await server.KillAsync(ScenarioSetup.Token);
                Assert.StartsWith($"Disconnected: disconnected from {server.Url}", await lines.Reader.NextAsync(), StringComparison.Ordinal);
                Assert.StartsWith("Reconnect Failed: attempt ", await lines.Reader.NextAsync(), StringComparison.Ordinal);
                await server.StartServerAsync(ScenarioSetup.Token);
                while (!(await lines.Reader.NextAsync()).StartsWith($"Connected: reconnected to {server.Url}", StringComparison.Ordinal))
                {
                }
            }).Within();
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    [Fact]
    public async Task CSharp_ConnectionOpened_is_raised_for_the_first_session_and_every_later_one()
    {
        Channel<NatsConnectionEvent> heard = Heard<NatsConnectionEvent>();
        await using ScenarioContext stage = await ScenarioSetup.SetAsync();
        stage.Connection.ConnectionOpened += async (sender, args) => await heard.Writer.WriteAsync(args.Event!);
        await stage.Connection.ConnectAsync(ScenarioSetup.Token).Within();

        await stage.RestartAsync();

        Assert.IsType<NatsConnectedEvent>(await heard.Reader.NextAsync());
        Assert.IsType<NatsReconnectedEvent>(await heard.Reader.NextAsync());
    }

    [Fact]
    public async Task CSharp_ConnectionDisconnected_has_a_message_and_the_sender()
    {
        Channel<(object? Sender, string Message)> heard = Heard<(object? Sender, string Message)>();
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        stage.Connection.ConnectionDisconnected += async (sender, args) => await heard.Writer.WriteAsync((sender, args.Message));

        await stage.Connection.DisposeAsync().Within();

        (object? sender, string message) = await heard.Reader.NextAsync();
        Assert.Same(stage.Connection, sender);
        Assert.Contains(nameof(NatsDisconnectReason.Disposed), message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CSharp_ReconnectFailed_is_not_raised_for_a_first_connect_that_fails()
    {
        Channel<NatsConnectionEvent> heard = Heard<NatsConnectionEvent>();
        await using ScenarioContext stage = await ScenarioSetup.SetAsync();
        stage.Connection.ReconnectFailed += async (sender, args) => await heard.Writer.WriteAsync(args.Event!);
        await stage.Server.KillAsync(ScenarioSetup.Token);

        await Assert.ThrowsAsync<NatsConnectionFailedException>(() => stage.Connection.ConnectAsync(ScenarioSetup.Token).Within());
        await stage.Connection.DisposeAsync().Within();

        Assert.False(heard.Reader.TryRead(out _));
    }

    [Fact]
    public async Task CSharp_MessageDropped_and_SlowConsumerDetected_name_the_subscription()
    {
        Channel<NatsMessageDroppedEventArgs> dropped = Heard<NatsMessageDroppedEventArgs>();
        Channel<NatsSlowConsumerEventArgs> slow = Heard<NatsSlowConsumerEventArgs>();
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        stage.Connection.MessageDropped += async (sender, args) => await dropped.Writer.WriteAsync(args);
        stage.Connection.SlowConsumerDetected += async (sender, args) => await slow.Writer.WriteAsync(args);

        INatsSub<string> full = await OverflowAsync(stage.Connection);

        Assert.Equal("full", (await dropped.Reader.NextAsync()).Subject);
        Assert.Equal(full.Sid, (await slow.Reader.NextAsync()).Subscription.Sid);
    }

    [Fact]
    public async Task CSharp_LameDuckModeActivated_has_the_uri()
    {
        Channel<Uri> heard = Heard<Uri>();
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        stage.Connection.LameDuckModeActivated += async (sender, args) => await heard.Writer.WriteAsync(args.Uri);

        await stage.Server.EnterLameDuckModeAsync(ScenarioSetup.Token);

        Assert.Equal(new Uri(stage.Server.Url), await heard.Reader.NextAsync());
    }

    [Fact]
    public async Task CSharp_ConnectionClosed_which_never_existed_is_raised_once()
    {
        Channel<NatsConnectionEvent> heard = Heard<NatsConnectionEvent>();
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        stage.Connection.ConnectionClosed += async (sender, args) => await heard.Writer.WriteAsync(args.Event!);

        await stage.Connection.DisposeAsync().Within();

        Assert.Equal(NatsCloseReason.Disposed, Assert.IsType<NatsClosedEvent>(await heard.Reader.NextAsync()).Reason);
        Assert.False(heard.Reader.TryRead(out _));
    }

    [Fact]
    public async Task CSharp_ServersDiscovered_which_the_page_does_not_list_receives_a_new_server()
    {
        Channel<NatsConnectionEvent> heard = Heard<NatsConnectionEvent>();
        await using ClusterStage stage = await ClusterAsync();
        stage.Connection.ServersDiscovered += async (sender, args) => await heard.Writer.WriteAsync(args.Event!);

        ITestServer node = await stage.JoinAsync();

        while (!Assert.IsType<NatsDiscoveredServersEvent>(await heard.Reader.NextAsync()).Added.Contains(new Uri(node.Url)))
        {
        }
    }

    [Fact]
    public async Task CSharp_error_handlers_which_the_page_does_not_list_receive_a_server_error()
    {
        Channel<NatsServerErrorEventArgs> server = Heard<NatsServerErrorEventArgs>();
        Channel<NatsEventKind> any = Heard<NatsEventKind>();
        await using ScenarioContext stage = await LimitedAsync();
        stage.Connection.ServerError += async (sender, args) => await server.Writer.WriteAsync(args);
        stage.Connection.ErrorOccurred += async (sender, args) => await any.Writer.WriteAsync(args.Event!.Kind);

        await stage.Connection.PublishAsync("secret.a", "x", cancellationToken: ScenarioSetup.Token);

        Assert.Equal(NatsServerErrorKind.PermissionsViolation, (await server.Reader.NextAsync()).Kind);
        Assert.Equal(NatsEventKind.ServerError, await any.Reader.NextAsync());
    }

    [Fact]
    public async Task CSharp_logger_of_the_page_logs_a_server_error_at_error_level_with_its_own_id()
    {
        using var log = new RecordingLog();
        await using ScenarioContext stage = await LimitedAsync(o => o with { LoggerFactory = log });

        await stage.Connection.PublishAsync("secret.a", "x", cancellationToken: ScenarioSetup.Token);

        (LogLevel level, EventId id, string text) = await log.WhenAsync(entry => entry.Id.Id == (int)NatsEventKind.PermissionViolation);
        Assert.Equal(LogLevel.Error, level);
        Assert.NotEqual(0, id.Id);
        Assert.Contains("no permission: Publish on secret.a", text, StringComparison.Ordinal);
    }

    /// <summary>The console is shared by all tests that run at the same time: only lines about this server count.</summary>
    private sealed class LineWriter(ChannelWriter<string> lines, string url) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            if (value?.Contains(url, StringComparison.Ordinal) == true)
            {
                lines.TryWrite(value);
            }
        }
    }

    private sealed class RecordingLog : ILoggerFactory, ILogger
    {
        private readonly Channel<(LogLevel Level, EventId Id, string Text)> _entries = Heard<(LogLevel, EventId, string)>();

        public async Task<(LogLevel Level, EventId Id, string Text)> WhenAsync(Func<(LogLevel Level, EventId Id, string Text), bool> predicate)
        {
            while (true)
            {
                (LogLevel Level, EventId Id, string Text) entry = await _entries.Reader.NextAsync();
                if (predicate(entry))
                {
                    return entry;
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _entries.Writer.TryWrite((logLevel, eventId, formatter(state, exception)));

        public void Dispose() => _entries.Writer.TryComplete();
    }
}
