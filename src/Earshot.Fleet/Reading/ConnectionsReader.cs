using System.Runtime.CompilerServices;
using System.Text.Json;
using Earshot.Fleet.Reading;

namespace Earshot.Fleet;

/// <summary>
/// Asks all servers for the open and the closed connections of the account, by <c>$SYS.REQ.ACCOUNT.PING.CONNZ</c>, which any user may publish that
/// has no permissions of its own or is allowed this subject.
/// </summary>
public static class ConnectionsReader
{
    private const string Subject = "$SYS.REQ.ACCOUNT.PING.CONNZ";
    private const string DefaultAccount = ConnzCollection.DefaultAccount;
    private const int MostPages = 1000;

    // All servers answer within moments of each other; how many there are is not known.
    private static readonly TimeSpan s_lastAnswer = TimeSpan.FromMilliseconds(500);

    /// <summary>Reads the connections of all servers, in pages of 1,024.</summary>
    /// <param name="connection">A connection of the account.</param>
    /// <param name="redaction">What is kept of addresses; null for the default. Credentials are never kept.</param>
    /// <param name="timeout">How long the first answer may take; null for <see cref="NatsOpts.RequestTimeout"/>.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<ConnectionsReading> ReadAsync(INatsConnection connection, FleetRedaction? redaction = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var reading = new ConnzCollection(redaction ?? FleetRedaction.Default, connection.Opts.TimeProvider);
        TimeSpan limit = timeout ?? connection.Opts.RequestTimeout;
        await ReadAsync(connection, Subject, ConnzQuestion.ForOpen, reading, limit, cancellationToken).ConfigureAwait(false);
        if (reading.HasAnswers)
        {
            int answered = reading.Answered;
            await ReadAsync(connection, Subject, ConnzQuestion.ForClosed, reading, limit, cancellationToken).ConfigureAwait(false);
            if (reading.Answered > answered)
            {
                // The first question can reach a server before it knows the inbox of the answers.
                await ReadAsync(connection, Subject, ConnzQuestion.ForOpen, reading, limit, cancellationToken).ConfigureAwait(false);
            }
        }

        return reading.ToReading(connection.ServerInfo is NatsServerInfo info && (info.RemoteAccount ?? reading.AccountOf(info.Id, info.ClientId)) == DefaultAccount);
    }

    /// <summary>Asks all servers on a subject, for all pages.</summary>
    internal static async Task ReadAsync(INatsConnection connection, string subject, ConnzQuestion question, ConnzCollection reading, TimeSpan timeout, CancellationToken cancellationToken)
    {
        for (int page = 0; page < MostPages; page++)
        {
            bool hasMore = false;
            byte[] request = JsonSerializer.SerializeToUtf8Bytes(question with { Offset = page * ConnzQuestion.PageSize }, ReadingJson.Default.ConnzQuestion);
            DateTimeOffset sent = connection.Opts.TimeProvider.GetUtcNow();
            await foreach (NatsMsg<byte[]> answer in AskAsync(connection, subject, request, timeout, cancellationToken).ConfigureAwait(false))
            {
                hasMore |= reading.Add(answer.Data ?? [], sent);
            }

            if (!hasMore)
            {
                return;
            }
        }
    }

    // The first answer may take the whole timeout, the others come soon after it.
    private static async IAsyncEnumerable<NatsMsg<byte[]>> AskAsync(INatsConnection connection, string subject, byte[] request, TimeSpan timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var last = new CancellationTokenSource(timeout, connection.Opts.TimeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, last.Token);
        IAsyncEnumerable<NatsMsg<byte[]>> answers = connection.RequestManyAsync<byte[], byte[]>(
            subject, request, requestSerializer: NatsRawSerializer<byte[]>.Default, replySerializer: NatsRawSerializer<byte[]>.Default, replyOpts: new NatsSubOpts { Timeout = timeout * 10 }, cancellationToken: stop.Token);
        IAsyncEnumerator<NatsMsg<byte[]>> reader = answers.GetAsyncEnumerator(stop.Token);
        await using (reader.ConfigureAwait(false))
        {
            while (await NextAsync().ConfigureAwait(false))
            {
                last.CancelAfter(s_lastAnswer < timeout ? s_lastAnswer : timeout);
                yield return reader.Current;
            }
        }

        async ValueTask<bool> NextAsync()
        {
            try
            {
                return await reader.MoveNextAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }
            catch (NatsNoRespondersException)
            {
                return false; // not a server that knows the question
            }
        }
    }
}
