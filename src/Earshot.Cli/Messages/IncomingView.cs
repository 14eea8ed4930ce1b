using System.CommandLine;
using System.Globalization;
using System.Text;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Messages;

/// <summary>How a verb shows the messages it receives, and the options for that. Thread-safe: a message is shown as a whole.</summary>
internal sealed class IncomingView
{
    private readonly ToolHost _host;
    private readonly Option<bool> _raw = new("--raw") { Description = "Write the payloads only, each with a line break." };
    private readonly Option<bool> _json = new("--json") { Description = "Write one JSON object per message." };
    private readonly Option<bool> _timestamp = new("--timestamp") { Description = "Show the local time at which each message came." };
    private readonly Option<string?> _translate = new("--translate") { Description = "Show what this command makes of each payload, which is its input.", HelpName = "COMMAND" };

    private IncomingView(ToolHost host) => _host = host;

    /// <summary>Adds the options to a command.</summary>
    internal static IncomingView AddTo(Command command, ToolHost host)
    {
        var view = new IncomingView(host);
        foreach (Option option in (Option[])[view._raw, view._json, view._timestamp, view._translate])
        {
            command.Add(option);
        }

        return view;
    }

    internal bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    internal bool IsRaw(ParseResult parsed) => parsed.GetValue(_raw);

    /// <summary>Returns a function that shows a message; it runs the command of <c>--translate</c> first, for at most the given time.</summary>
    internal Func<IncomingMessage, CancellationToken, Task> Writer(ParseResult parsed, TimeSpan timeout)
    {
        bool isRaw = parsed.GetValue(_raw), isJson = parsed.GetValue(_json), hasTime = parsed.GetValue(_timestamp);
        Translator? translator = parsed.GetValue(_translate) is { } command ? new Translator(command, timeout, _host.Time) : null;
        Screen screen = _host.OpenScreen();
        Stream? output = null;
        return async (message, cancellationToken) =>
        {
            if (translator is not null)
            {
                message = await TranslateAsync(translator, message, cancellationToken).ConfigureAwait(false);
            }

            if (isJson)
            {
                JsonLines.Write(_host.Out, ReceivedAnswer.Of(message), MessagesJson.Default.ReceivedAnswer);
            }
            else if (isRaw)
            {
                output ??= _host.IsOutRedirected ? _host.OutBytes?.Invoke() : null;
                await WriteRawAsync(output, message.Payload, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                Show(screen, message, hasTime ? _host.Time.LocalTimeZone : null);
            }
        };
    }

    /// <summary>Writes a message for people: number, subject, reply subject and headers, then the payload.</summary>
    /// <param name="screen">Where it is written.</param>
    /// <param name="message">The message.</param>
    /// <param name="zone">The time zone of its time; null: without the time.</param>
    internal static void Show(Screen screen, IncomingMessage message, TimeZoneInfo? zone)
    {
        string time = zone is null ? "" : TimeZoneInfo.ConvertTime(message.Time, zone).ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture);
        string details = string.Concat(
            message.ReplyTo is { } reply ? $"  reply {SafeText.Line(reply)}" : "",
            message.Rtt is { } rtt ? string.Create(CultureInfo.InvariantCulture, $"  {rtt.TotalMilliseconds:0.000} ms") : "");
        screen.Line(
            new Span(string.Create(CultureInfo.InvariantCulture, $"{time}[{message.Number}] "), TextStyle.Quiet),
            new Span(SafeText.Line(message.Subject), TextStyle.Heading),
            new Span(details, TextStyle.Quiet));
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in message.Headers ?? [])
        {
            foreach (string? value in values)
            {
                screen.Line(new Span(SafeText.Line(name) + ": ", TextStyle.Quiet), new Span(SafeText.Line(value ?? "")));
            }
        }

        foreach (string line in PayloadText.Show(message.Payload.Span).Split('\n'))
        {
            screen.Line(new Span(line.TrimEnd('\r').Replace("\t", "    ", StringComparison.Ordinal)));
        }
    }

    // One message that the command does not understand must not hide those that follow.
    private async Task<IncomingMessage> TranslateAsync(Translator translator, IncomingMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return message with { Payload = await translator.RunAsync(message.Subject, message.Payload, cancellationToken).ConfigureAwait(false) };
        }
        catch (ToolException e)
        {
            _host.Note($"{e.Message} The payload is shown as it is.");
            return message;
        }
    }

    // A program gets the bytes as they are, a terminal only what cannot act on it.
    private async Task WriteRawAsync(Stream? output, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (!_host.IsOutRedirected)
        {
            await _host.Out.WriteLineAsync(SafeText.Lines(Encoding.UTF8.GetString(payload.Span)).AsMemory(), cancellationToken).ConfigureAwait(false);
        }
        else if (output is null)
        {
            await _host.Out.WriteLineAsync(Encoding.UTF8.GetString(payload.Span).AsMemory(), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            byte[] line = [.. payload.Span, (byte)'\n'];
            await output.WriteAsync(line, cancellationToken).ConfigureAwait(false);
        }
    }
}
