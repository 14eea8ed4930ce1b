using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using Earshot.Authentication;
using Earshot.Testing;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Earshot.Conformance.Tests.Security;

/// <summary>Sets a secret in every place that can contain one, and searches all output of the client for it.</summary>
[OnlyReal(Because.ItAsksNoServer)]
public sealed class CanaryTests
{
    private const string Canary = "c4n4ry";

    public static TheoryData<Type> Options() => [typeof(NatsAuthOpts), typeof(NatsTlsOpts)];

    [Theory]
    [MemberData(nameof(Options))]
    public void No_text_property_is_printed(Type options)
    {
        object made = Activator.CreateInstance(options)!;
        PropertyInfo[] texts = [.. options.GetProperties().Where(property => property.PropertyType == typeof(string))];
        Assert.NotEmpty(texts);
        foreach (PropertyInfo text in texts)
        {
            text.SetValue(made, Canary + text.Name);
        }

        Assert.DoesNotContain(Canary, made.ToString(), StringComparison.Ordinal);
        object all = options == typeof(NatsAuthOpts) ? new NatsOpts { AuthOpts = (NatsAuthOpts)made } : new NatsOpts { TlsOpts = (NatsTlsOpts)made };
        Assert.DoesNotContain(Canary, all.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_headers_and_damaged_URLs_are_not_printed()
    {
        object[] shown =
        [
            NatsAuthCred.FromUserInfo(Canary, Canary), NatsAuthCred.FromToken(Canary), NatsAuthCred.FromJwt(Canary, Canary), NatsAuthCred.FromNkey(Canary),
            NatsAuthCred.FromCreds(Canary), NatsAuthCred.FromCredsFile(Canary), NatsAuthCred.FromNkeyFile(Canary),
            new Credentials(Canary, Canary, Canary) { Jwt = Canary, NKey = Canary },
            new NatsWebSocketOpts { RequestHeaders = new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["Authorization"] = Canary } },
            Assert.Throws<ArgumentException>(() => new NatsConnection(new NatsOpts { Url = $"nats://u:{Canary}@host:port" })),
            Assert.Throws<ArgumentException>(() => new NatsConnection(new NatsOpts { Url = $"nats://u:{Canary},x@host:1" })),
            new NatsOpts { Url = $"nats://u:{Canary}@host:1" },
        ];
        Assert.All(shown, it => Assert.DoesNotContain(Canary, it.ToString(), StringComparison.Ordinal));
    }

    public static TheoryData<string> Ways() => ["url", "user", "token", "seed", "creds", "callback"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Neither_events_nor_exceptions_nor_logs_show_a_secret(string way)
    {
        string seed = NKeyCodec.EncodeSeed(NKeyKind.User, Enumerable.Repeat((byte)9, 32).ToArray());
        string creds = JwtIssuer.CredsOf(($"{Canary}.{Canary}.{Canary}", seed));
        await using var server = new ScriptedListener(async socket =>
        {
            await socket.SendAsync(ScriptedSocket.Info(1, ",\"nonce\":\"n0nce\""));
            await socket.ServeAsync(untilPong: true);
            if (socket.Number > 1)
            {
                await socket.SendAsync("-ERR 'Authorization Violation'\r\n");
            }
        });
        using var log = new LogLines();
        var opts = new NatsOpts
        {
            Url = way == "url" ? $"nats://{Canary}:{Canary}@127.0.0.1:{server.Port}" : $"nats://127.0.0.1:{server.Port}",
            LoggerFactory = log,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(1),
            ReconnectWaitMax = TimeSpan.FromMilliseconds(5),
            AuthOpts = way switch
            {
                "user" => new NatsAuthOpts { Username = Canary, Password = Canary },
                "token" => new NatsAuthOpts { Token = Canary },
                "seed" => new NatsAuthOpts { Seed = seed },
                "creds" => new NatsAuthOpts { Creds = creds },
                "callback" => new NatsAuthOpts { AuthCredCallback = (_, _) => ValueTask.FromResult(NatsAuthCred.FromCreds(creds)) },
                _ => NatsAuthOpts.Default,
            },
        };
        await using var connection = new NatsConnection(opts);
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        await connection.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: Connections.Cancelled).WaitAsync(Connections.Limit, Connections.Cancelled);
        await connection.DisposeAsync();

        using var journal = new MemoryStream();
        await connection.Events.ExportAsync(journal, Connections.Cancelled);
        string shown = string.Join('\n', [
            Encoding.UTF8.GetString(journal.ToArray()),
            connection.Events.ToTimeline(),
            opts.ToString(),
            .. connection.Events.ToList().Select(e => e.ToString()),
            .. log.Lines,
        ]);
        Assert.NotEmpty(log.Lines);
        Assert.DoesNotContain(Canary, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(seed, shown, StringComparison.Ordinal);
    }

    private sealed class LogLines : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {state} {exception}");

        public void Dispose()
        {
        }
    }
}
