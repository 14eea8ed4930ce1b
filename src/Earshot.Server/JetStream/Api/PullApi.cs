using System.Globalization;

namespace Earshot.Server.JetStream;

/// <summary>Takes pull requests, whose answers are messages and statuses.</summary>
internal static class PullApi
{
    public static byte[]? Pull(JetStreamAccount account, string stream, string name, ApiCall call)
    {
        if (call.ReplyTo.Length == 0 || account.Find(stream, name) is not { } consumer)
        {
            return null;
        }

        if (consumer.Push is not null)
        {
            account.Output.Send(call.ReplyTo, StatusBlock.PushBased, []);
            return null;
        }

        ApiError? error = null;
        PullBody? body = int.TryParse(call.Body, NumberStyles.None, CultureInfo.InvariantCulture, out int batch)
            ? new PullBody { Batch = batch, IsPlain = true }
            : call.Body.Length == 0 ? new PullBody { IsPlain = true } : JetStreamJson.Read(call.Body, JetStreamJson.Default.PullBody, out error, isStrict: false); // as a real server
        if ((body is null ? $"400 Bad Request - {error!.Description}" : Refusal(consumer.Config, body) ?? PriorityGroupRules.Refusal(consumer.Config, body, consumer.Waiting.Pinned)) is { } status)
        {
            account.Output.Send(call.ReplyTo, StatusBlock.Of(status), []);
        }
        else
        {
            consumer.Pull(call.ReplyTo, body!);
        }

        return null;
    }

    private static string? Refusal(ConsumerConfig config, PullBody body) =>
        body.IdleHeartbeat > 0 && 2 * body.IdleHeartbeat > body.Expires ? "400 Bad Request - heartbeat value too large"
        : config.MaxBatch > 0 && body.Batch > config.MaxBatch ? string.Create(CultureInfo.InvariantCulture, $"409 Exceeded MaxRequestBatch of {config.MaxBatch}")
        : config.MaxExpires > 0 && body.Expires > config.MaxExpires ? $"409 Exceeded MaxRequestExpires of {GoDuration.Format(config.MaxExpires)}"
        : config.MaxBytes > 0 && body.MaxBytes > config.MaxBytes ? string.Create(CultureInfo.InvariantCulture, $"409 Exceeded MaxRequestMaxBytes of {config.MaxBytes}")
        : null;
}
