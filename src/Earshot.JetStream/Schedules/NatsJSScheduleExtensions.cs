using Earshot.JetStream.Publishing;
using Earshot.JetStream.Requests;
using Earshot.JetStream.Schedules;

namespace Earshot.JetStream;

/// <summary>Extension methods for scheduled messages (ADR-51, since server 2.12).</summary>
public static class NatsJSScheduleExtensions
{
    /// <summary>
    /// Stores a message that the server publishes later to another subject of the same stream, once or repeatedly. A schedule stored under the
    /// same subject is replaced. Reads the configuration of the stream first, because servers before 2.12 would store the
    /// schedule as an ordinary message. An error of the stream is returned in the ack, as by <see cref="INatsJSContext.PublishAsync"/>.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="context">The context.</param>
    /// <param name="subject">The subject that identifies the schedule, one of a stream with <see cref="StreamConfig.AllowMsgSchedules"/>.</param>
    /// <param name="data">The value of the messages that are published. A byte buffer must not change until the call completes; the ownership of an <c>IMemoryOwner</c> is transferred.</param>
    /// <param name="schedule">When to publish.</param>
    /// <param name="target">The subject to publish to: another one of the same stream.</param>
    /// <param name="opts">Time to live, source and rollup of the messages that are published. Null: none.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="pubOpts">Options of the publish of the schedule itself. Null: the defaults.</param>
    /// <param name="headers">The headers of the messages that are published. They are not modified, and must not change until the call completes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The ack of the schedule. The server removes a schedule that publishes once after it has published.</returns>
    /// <exception cref="ArgumentException">The server would reject the schedule. Nothing was sent.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server or the stream does not support the schedule. Nothing was sent.</exception>
    /// <exception cref="NatsJSNoStreamException">No stream has the subject.</exception>
    /// <exception cref="NatsJSPublishUnknownException">The schedule was sent and not acknowledged: the stream may have stored it.</exception>
    /// <exception cref="NatsJSPublishNotSentException">The schedule could not be written within its timeout.</exception>
    public static async ValueTask<PubAckResponse> PublishScheduledAsync<T>(
        this INatsJSContext context, string subject, T? data, NatsMsgSchedule schedule, string target, NatsMsgScheduleOpts? opts = null, INatsSerialize<T>? serializer = null, NatsJSPubOpts? pubOpts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default)
    {
        ContextParts parts;
        NatsHeaders all;
        try
        {
            ArgumentNullException.ThrowIfNull(context);
            ArgumentNullException.ThrowIfNull(schedule);
            parts = new ContextParts(context.Connection, context.Opts);
            parts.Port.Check(subject, headers);
            all = ScheduleLines.Headers(subject, schedule, target, opts ?? new NatsMsgScheduleOpts(), headers);
            await ScheduleStreams.RequireAsync(parts, subject, schedule.IsOnce && opts is null or { Source: null, Rollup: false }, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Serialization.PayloadForm.Release(data!);
            throw;
        }

        return await new PublishCalls(parts).PublishAsync(new PublishRequest<T>(subject, data, serializer, pubOpts ?? NatsJSPubOpts.Default, all), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Cancels a schedule: removes it from its stream. Messages that it has published remain.</summary>
    /// <param name="context">The context.</param>
    /// <param name="subject">The subject under which the schedule was stored.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when there was no schedule, for example because it has already published its message.</returns>
    /// <exception cref="NatsJSNoStreamException">No stream has the subject.</exception>
    /// <exception cref="NatsJSApiException">The stream does not allow to remove messages.</exception>
    public static async ValueTask<bool> CancelScheduledAsync(this INatsJSContext context, string subject, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var parts = new ContextParts(context.Connection, context.Opts);
        parts.Port.Check(subject, null);
        string stream = await ScheduleStreams.FindAsync(parts, subject, cancellationToken).ConfigureAwait(false);
        StreamPurgeResponse purged = await new StreamCalls(parts).PurgeAsync(stream, new StreamPurgeRequest { Filter = subject }, cancellationToken).ConfigureAwait(false);
        return purged.Purged > 0;
    }
}
