using System.Text.Json;

namespace Earshot.JetStream.Requests;

/// <summary>Creates and updates the consumers of applications, and checks what the server does not.</summary>
internal sealed class ConsumerCreation(ContextParts parts)
{
    private readonly ConsumerCalls _consumers = new(parts);
    private readonly StreamCalls _streams = new(parts);

    public async ValueTask<ConsumerInfo> CreateAsync(string stream, ConsumerConfig config, ConsumerCreateAction action, CancellationToken cancellationToken)
    {
        if (action != ConsumerCreateAction.CreateOrUpdate && ApiLevels.IgnoresActions(parts))
        {
            await CheckActionAsync(stream, ConfigRules.ToSend(config), action, cancellationToken).ConfigureAwait(false);
        }

        ConsumerInfo info = await _consumers.CreateAsync(stream, config, action, cancellationToken).ConfigureAwait(false);
        if (config is { DeliverPolicy: ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq: > 1 } && info is { NumPending: 0, Delivered.ConsumerSeq: 0 })
        {
            await CheckStartAsync(stream, config.OptStartSeq, cancellationToken).ConfigureAwait(false);
        }

        return info;
    }

    // A server before 2.10 would update an existing consumer instead of refusing to create it, and create a missing one instead of updating it.
    private async ValueTask CheckActionAsync(string stream, ConsumerConfig config, ConsumerCreateAction action, CancellationToken cancellationToken)
    {
        ConsumerInfo existing;
        try
        {
            existing = await _consumers.InfoAsync(stream, config.Name!, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSConsumerNotFoundException) when (action == ConsumerCreateAction.Create)
        {
            return;
        }

        byte[] sent = JsonSerializer.SerializeToUtf8Bytes(config, ModelJson.Default.ConsumerConfig);
        byte[] answer = JsonSerializer.SerializeToUtf8Bytes(existing, ModelJson.Default.ConsumerInfo);
        if (action == ConsumerCreateAction.Create && EchoCheck.FindMissing(sent, answer) is { } different)
        {
            throw new NatsJSFeatureNotSupportedException(
                $"creating the consumer '{config.Name}' only if there is none: it exists with another '{different}', and the server would update it", "action");
        }
    }

    // The server waits silently for a start beyond the end of the stream: it has lost the messages before the start, or never had them.
    private async ValueTask CheckStartAsync(string stream, ulong start, CancellationToken cancellationToken)
    {
        try
        {
            (StreamInfo info, StreamView before) = await _streams.AskAsync(stream, null, cancellationToken).ConfigureAwait(false);
            parts.Watch.Informed(info, before);
            parts.Watch.StartsBeyond(info, start, SequenceWatch.View(parts.Watch.Entry(info.Domain, stream)).Falls);
        }
        catch (NatsException)
        {
            // The consumer exists: its creation does not depend on a permission for the state of the stream.
        }
    }
}
