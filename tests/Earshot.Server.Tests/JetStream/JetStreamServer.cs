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

    private static readonly TimeSpan s_playLimit = TimeSpan.FromSeconds(40);

    private static readonly string s_config = $$"""
        authorization { timeout: 60 }
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

    /// <summary>
    /// Plays a script to the real and to an in-process server, and returns the answers that only one of them gives; null: none. The real server counts
    /// pending messages in a queue of its own, pulls wait in another one, and schedules are due between the steps: answers can depend on the speed of either.
    /// So an unexpected result has to be that of most of three plays; generated pulls wait longer in the second and the third.
    /// </summary>
    internal async Task<string?> DifferenceAsync(IReadOnlyList<string> script, bool shouldDiffer, CancellationToken cancellationToken)
    {
        try
        {
            string? first = await PlayOnBothAsync(script, cancellationToken);
            if (first is not null == shouldDiffer)
            {
                return first;
            }

            IReadOnlyList<string> slower = ScriptGenerator.WithMoreTime(script);
            string? second = await PlayOnBothAsync(slower, cancellationToken);
            return second is not null == shouldDiffer ? await PlayOnBothAsync(slower, cancellationToken) : second;
        }
        catch (TimeoutException e) when (!shouldDiffer)
        {
            return e.Message;
        }
    }

    private async Task<string?> PlayOnBothAsync(IReadOnlyList<string> script, CancellationToken cancellationToken)
    {
        await using NatsTestServer ours = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, cancellationToken);
        (int port, string user) = await NextAsync(cancellationToken);
        string[] answers = await Task.WhenAll(PlayAsync(script, port, user, cancellationToken), PlayAsync(script, ours.Port, null, cancellationToken));
        return Difference(answers[0], answers[1]);
    }

    private static async Task<string> PlayAsync(IReadOnlyList<string> script, int port, string? user, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_playLimit);
        return await JetStreamTalk.PlayAsync(script, port, limit.Token, user);
    }

    private static string? Difference(string real, string ours)
    {
        string[] theirs = real.Split('\n');
        string[] own = ours.Split('\n');
        return real == ours ? null : string.Join('\n', theirs.Except(own).Select(line => $"real: {line}").Concat(own.Except(theirs).Select(line => $"ours: {line}")));
    }

    /// <summary>The port of the server, and the user of an account without streams.</summary>
    private async Task<(int Port, string User)> NextAsync(CancellationToken cancellationToken)
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
