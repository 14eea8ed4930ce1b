using System.CommandLine;
using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Messages;

/// <summary>The verb <c>earshot request</c>: sends requests and shows the replies.</summary>
internal static class RequestCommand
{
    internal static Command Create(ToolHost host)
    {
        var command = new Verb(
            "request", "Sends a request and shows the reply and how long it took.",
            "earshot request time.now", "earshot request price \"article 7\" -H Trace:1", "earshot request price --file article.json --timeout 2 --raw");
        var outgoing = OutgoingArguments.AddTo(command, host, isRepeated: true);
        var view = IncomingView.AddTo(command, host);
        var arguments = ConnectionArguments.AddTo(command, host);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var plan = new PublishPlan(
                outgoing.Subject(parsed), await outgoing.PayloadAsync(parsed, cancellationToken).ConfigureAwait(false), outgoing.Headers(parsed), outgoing.Count(parsed), outgoing.Pace(parsed));
            Func<IncomingMessage, CancellationToken, Task> write = view.Writer(parsed, arguments.Timeout(parsed));
            ToolConnection connection = await ToolConnection.OpenAsync(arguments.ToOptions(parsed), host, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                for (int i = 1; i <= plan.Count; i++)
                {
                    await plan.Pace.WaitAsync(cancellationToken).ConfigureAwait(false);
                    await write(await SendAsync(connection, plan, i, host.Time, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                }
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<IncomingMessage> SendAsync(ToolConnection connection, PublishPlan plan, int number, TimeProvider time, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        try
        {
            NatsMsg<byte[]> reply = await connection.Nats.RequestAsync<byte[], byte[]>(plan.Subject, plan.Payload, plan.Headers, cancellationToken: cancellationToken).ConfigureAwait(false);
            return IncomingMessage.Of(number, reply, time.GetUtcNow(), time.GetElapsedTime(start));
        }
        catch (NatsDeliveryException)
        {
            // A request that is not allowed gets no reply either.
            connection.ThrowIfDenied();
            throw;
        }
    }
}
