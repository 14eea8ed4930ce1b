using System.Globalization;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Server.Tests.JetStream;

/// <summary>
/// A real server with JetStream that gives each script an account of its own. A stream that is deleted cannot be replaced by one of the same name:
/// the server answers before its files are gone, and then restores the new stream from them or cannot create it.
/// </summary>
public sealed class JetStreamServer : IAsyncLifetime
{
    internal const string Password = "pw";

    private const int Accounts = 400;

    private static readonly string s_config = $$"""
        accounts {
        {{string.Concat(Enumerable.Range(0, Accounts).Select(number => string.Create(CultureInfo.InvariantCulture, $$"""  A{{number}}: { jetstream: enabled, users: [ { user: "{{UserOf(number)}}", password: "{{Password}}" } ] }{{'\n'}}""")))}}
        }
        """;

    private NatsServerProcess? _server;
    private int _used;

    public async ValueTask InitializeAsync() => _server = await StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>The port of the server, and the user of an account without streams.</summary>
    internal async Task<(int Port, string User)> NextAsync(CancellationToken cancellationToken)
    {
        if (_used == Accounts)
        {
            await _server!.DisposeAsync();
            _server = await StartAsync(cancellationToken);
            _used = 0;
        }

        return (_server!.Port, UserOf(_used++));
    }

    private static string UserOf(int number) => string.Create(CultureInfo.InvariantCulture, $"u{number}");

    private static Task<NatsServerProcess> StartAsync(CancellationToken cancellationToken) =>
        NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true, Config = s_config }, cancellationToken);
}
