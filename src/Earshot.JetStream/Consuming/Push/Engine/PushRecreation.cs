using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Creates an ephemeral push consumer again, under a new name and behind what was acknowledged, and deletes the one that it replaces. Where
/// the old one must exist until then and the stream allows no further consumer, the old one is kept and delivers to the new subject.
/// </summary>
internal sealed class PushRecreation(PushPlan plan, PushFloor floor, string firstName)
{
    private const int StillBound = 10013; // "consumer name already in use"
    private static readonly TimeSpan s_deletion = TimeSpan.FromSeconds(5);

    private readonly ConsumerCalls _consumers = new(plan.Parts);
    private readonly StreamCalls _streams = new(plan.Parts);
    private ConsumerConfig _last = plan.Config; // of the consumer that exists
    private int? _falls; // of the stream, when the last consumer that existed delivered last
    private bool _isKept;
    private int _count;

    /// <summary>Returns the next consumer. Its name is new, so that no other consumer is updated, unless the existing one is kept.</summary>
    /// <param name="old">The origin before it.</param>
    /// <param name="lastName">The name of the consumer that exists.</param>
    public ConsumerOrigin Next(ConsumerOrigin old, string lastName)
    {
        _falls ??= old.Deliveries?.Falls;
        return PushOrigins.Of(plan, old.Hub, _isKept ? lastName : $"{firstName}_{++_count}", floor, old.Traits);
    }

    /// <summary>Creates the consumer. Does not throw: a failed call is a result.</summary>
    /// <param name="origin">The consumer to create.</param>
    /// <param name="subject">Its deliver subject, which is subscribed.</param>
    /// <param name="old">The name of the consumer that it replaces.</param>
    public async Task<PushCreation> CreateAsync(ConsumerOrigin origin, string subject, string old)
    {
        StreamConfigRetention retention = StreamConfigRetention.Limits;
        try
        {
            if (origin.Name == old)
            {
                return await KeepAsync(old, subject).ConfigureAwait(false);
            }

            StreamInfo stream = await _streams.InfoAsync(plan.Stream, null, CancellationToken.None).ConfigureAwait(false);
            int falls = plan.Parts.Watch.ViewByName(plan.Parts.Options.Domain, plan.Stream).Falls;
            ResumePoint point = floor.Resume(stream.State.LastSeq, _falls is { } before && before != falls, out bool hasRegressed);
            retention = stream.Config.Retention;
            if (retention == StreamConfigRetention.Workqueue)
            {
                // Its consumers must not overlap, and must start with its first message: it contains none that is acknowledged.
                point = new ResumePoint(plan.Config.DeliverPolicy, plan.Config.OptStartSeq, plan.Config.OptStartTime);
                await DeleteAsync(old).ConfigureAwait(false);
            }
            else if (retention != StreamConfigRetention.Interest)
            {
                Delete(old);
            }

            ConsumerConfig config = ConfigOf(origin.Name, subject, point);
            ConsumerInfo info = await _consumers.CreateAsync(plan.Stream, config, ConsumerCreateAction.Create, CancellationToken.None).ConfigureAwait(false);
            (_last, _isKept, _falls) = (config, false, null);
            floor.Created(info);
            if (retention == StreamConfigRetention.Interest)
            {
                Delete(old); // not before: the stream drops what no consumer needs
            }

            return new PushCreation(PushAttemptResult.Created, point.StartSeq, hasRegressed);
        }
        catch (NatsJSStreamNotFoundException)
        {
            return new PushCreation(PushAttemptResult.StreamDeleted);
        }
        catch (NatsJSApiException e) when (!_isKept && retention == StreamConfigRetention.Interest && e.Is(NatsJSErrorCode.MaximumConsumersLimit))
        {
            _isKept = true;
            return new PushCreation(PushAttemptResult.Unavailable);
        }
        catch (NatsJSApiException e) when (_isKept && e.Error.ErrCode == StillBound)
        {
            return new PushCreation(PushAttemptResult.Unavailable); // to a connection that the server has not given up
        }
        catch (Exception e)
        {
            _isKept &= e is NatsJSUnavailableException; // otherwise it may be gone by now, and a new one is possible
            bool isRejected = e is NatsJSApiException and not NatsJSUnavailableException or NatsJSFeatureNotSupportedException or ArgumentException;
            return new PushCreation(isRejected ? PushAttemptResult.Rejected : PushAttemptResult.Unavailable);
        }
    }

    private ConsumerConfig ConfigOf(string name, string subject, in ResumePoint point) => plan.Config with
    {
        Name = name,
        DeliverSubject = subject,
        DeliverPolicy = point.Policy,
        OptStartSeq = point.Policy == ConsumerConfigDeliverPolicy.ByStartSequence ? point.StartSeq : 0,
        OptStartTime = point.Policy == ConsumerConfigDeliverPolicy.ByStartTime ? point.StartTime : default,
    };

    // Messages that were sent to the old subject and have no ack come again after AckWait.
    private async Task<PushCreation> KeepAsync(string name, string subject)
    {
        _last = _last with { Name = name, DeliverSubject = subject };
        await _consumers.CreateAsync(plan.Stream, _last, ConsumerCreateAction.Update, CancellationToken.None).ConfigureAwait(false);
        return new PushCreation(PushAttemptResult.Created, (floor.Value ?? 0) + 1);
    }

    /// <summary>Deletes a consumer in the background. If that fails, the server deletes it after its inactive threshold.</summary>
    public void Delete(string name) => _ = DeleteAsync(name);

    private async Task DeleteAsync(string name)
    {
        using var limit = new CancellationTokenSource(s_deletion, plan.Parts.Time);
        try
        {
            await _consumers.DeleteAsync(plan.Stream, name, limit.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The consumer is already deleted, or the server deletes it later.
        }
    }
}
