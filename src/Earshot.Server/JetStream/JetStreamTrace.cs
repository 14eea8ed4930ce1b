using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Earshot.Server.JetStream;

/// <summary>Describes in words what JetStream was asked and what it did, for the transcript.</summary>
internal sealed class JetStreamTrace(Action<string> add)
{
    public void Requested(ApiCall call) => add(Describe(call));

    /// <summary>Adds the error of an answer; the others are in the bytes that are sent.</summary>
    public void Answered(byte[] answer)
    {
        using var json = JsonDocument.Parse(answer);
        if (json.RootElement.TryGetProperty("error", out JsonElement error))
        {
            add(string.Create(CultureInfo.InvariantCulture, $"error {error.GetProperty("err_code").GetInt32()}: {error.GetProperty("description").GetString()}"));
        }
    }

    public void Publishing(ReadOnlySpan<byte> subject, string stream) => add($"publish {Encoding.UTF8.GetString(subject)} to {stream}");

    /// <summary>The message was rejected, or was known already.</summary>
    public void NotStored(string stream) => add($"not stored in {stream}");

    /// <param name="replyTo">Where its ack goes.</param>
    public void Delivered(ReadOnlySpan<byte> replyTo)
    {
        if (AckSubject.TryParse(replyTo, out AckSubject ack))
        {
            add(string.Create(CultureInfo.InvariantCulture, $"deliver {ack.StreamSequence} of {Names(ack)}"));
        }
    }

    public void Acknowledged(in AckSubject ack, AckKind kind) =>
        add(string.Create(CultureInfo.InvariantCulture, $"{Word(kind)} {ack.StreamSequence} of {Names(ack)}"));

    /// <summary>A timer has failed.</summary>
    public void Failed(Exception exception) => add($"failed: {exception}");

    private static string Names(in AckSubject ack) => Encoding.UTF8.GetString(ack.Names).Replace('.', '/');

    private static string Word(AckKind kind) => kind switch
    {
        AckKind.Ack => "ack",
        AckKind.AckAndNext => "ack and next",
        AckKind.Nak => "nak",
        AckKind.Progress => "progress",
        AckKind.Terminate => "terminate",
        _ => "unknown ack",
    };

    private static string Describe(ApiCall call) => call.Words switch
    {
        ["INFO"] => "account info",
        ["STREAM", "NAMES" or "LIST"] => "list streams",
        ["STREAM", "LEADER", "STEPDOWN", var stream] => $"step down leader of {stream}",
        ["CONSUMER", "LEADER", "STEPDOWN", var stream, var consumer] => $"step down leader of {stream}/{consumer}",
        ["STREAM", "MSG", var verb, var stream] => $"{Lower(verb)} message of {stream}",
        ["STREAM", var verb, var stream] => $"{Lower(verb)} stream {stream}",
        ["CONSUMER", "NAMES" or "LIST", var stream] => $"list consumers of {stream}",
        ["CONSUMER", "CREATE", var stream] => $"create consumer of {stream}",
        ["CONSUMER", "MSG", "NEXT", var stream, var consumer] => string.Create(CultureInfo.InvariantCulture, $"pull {Batch(call.Body)} of {stream}/{consumer}"),
        ["CONSUMER", "DURABLE", "CREATE", var stream, var consumer] => $"create consumer {stream}/{consumer}",
        ["CONSUMER", var verb, var stream, var consumer, ..] => $"{Lower(verb)} consumer {stream}/{consumer}",
        ["DIRECT", "GET", var stream] => $"direct get of {stream}",
        ["DIRECT", "GET", var stream, .. var subject] => $"direct get of {stream}: {string.Join('.', subject)}",
        _ => $"unknown request {string.Join('.', call.Words)}",
    };

    private static string Lower(string verb) => verb.ToLowerInvariant();

    private static int Batch(byte[] body)
    {
        if (int.TryParse(body, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number;
        }

        PullBody? pull = body.Length == 0 ? null : JetStreamJson.Read(body, JetStreamJson.Default.PullBody, out _, isStrict: false);
        return Math.Max(pull?.Batch ?? 1, 1);
    }
}
