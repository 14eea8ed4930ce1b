using System.CommandLine;
using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Messages;

/// <summary>The verb <c>earshot reply</c>: answers requests with a text, with their own content, or with the output of a command.</summary>
internal static class ReplyCommand
{
    internal static Command Create(ToolHost host)
    {
        var echo = new Option<bool>("--echo") { Description = "Reply with the payload and the headers of the request." };
        var run = new Option<string?>("--command") { Description = "Reply with the output of this command, whose input is the payload.", HelpName = "COMMAND" };
        var queue = new Option<string?>("--queue", "-q") { Description = "Join this queue group: each request comes to one of its members." };
        var count = new Option<long?>("--count", "-n") { Description = "End after this number of requests." };
        var quiet = new Option<bool>("--quiet") { Description = "Do not show the requests." };
        var command = new Verb(
            "reply", "Answers the requests of a subject until it is stopped, and shows them.",
            "earshot reply greet \"hello\"", "earshot reply echo --echo --queue echo", "earshot reply time.now --command \"date -u\"");
        var outgoing = OutgoingArguments.AddTo(command, host, isRepeated: false);
        foreach (Option option in (Option[])[echo, run, queue, count, quiet])
        {
            command.Add(option);
        }

        var view = IncomingView.AddTo(command, host);
        var arguments = ConnectionArguments.AddTo(command, host);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(count) is <= 0)
            {
                throw new ToolException(ExitCode.Usage, "--count must be at least 1.");
            }

            if (new[] { outgoing.HasMessage(parsed), parsed.GetValue(echo), parsed.GetValue(run) is not null }.Count(static one => one) != 1)
            {
                throw new ToolException(ExitCode.Usage, "Give one of a message, --file, --echo and --command.");
            }

            Translator? translator = parsed.GetValue(run) is { } line ? new Translator(line, arguments.Timeout(parsed), host.Time) : null;
            byte[] fixedReply = await outgoing.PayloadAsync(parsed, cancellationToken).ConfigureAwait(false);
            NatsHeaders? headers = outgoing.Headers(parsed);
            Func<IncomingMessage, CancellationToken, Task> write = view.Writer(parsed, arguments.Timeout(parsed));
            ToolConnection connection = await ToolConnection.OpenAsync(arguments.ToOptions(parsed), host, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                using var reading = new Reading(connection, parsed.GetValue(count) ?? long.MaxValue, host);
                await reading.RunAsync([outgoing.Subject(parsed)], parsed.GetValue(queue), AnswerAsync, cancellationToken).ConfigureAwait(false);
                await connection.ConfirmAsync(cancellationToken).ConfigureAwait(false);

                async Task AnswerAsync(IncomingMessage request, CancellationToken token)
                {
                    bool isEcho = parsed.GetValue(echo);
                    if (request.ReplyTo is { } target && (isEcho ? request.Payload : await ReplyAsync(host, translator, fixedReply, request, token).ConfigureAwait(false)) is { } reply)
                    {
                        await connection.Nats.PublishAsync(target, reply, headers ?? (isEcho ? request.Headers : null), cancellationToken: token).ConfigureAwait(false);
                    }

                    await (parsed.GetValue(quiet) ? Task.CompletedTask : write(request, token)).ConfigureAwait(false);
                }
            }

            return ExitCode.Success;
        });
        return command;
    }

    // A request that the command cannot answer gets no reply, and does not end the verb.
    private static async Task<ReadOnlyMemory<byte>?> ReplyAsync(ToolHost host, Translator? translator, byte[] fixedReply, IncomingMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return translator is null ? fixedReply : await translator.RunAsync(request.Subject, request.Payload, cancellationToken).ConfigureAwait(false);
        }
        catch (ToolException e)
        {
            host.Note($"{e.Message} There is no reply.");
            return null;
        }
    }
}
