using Earshot.Protocol;
using Earshot.Serialization;

namespace Earshot.Outbound;

/// <summary>What a publish or request may ask for; everything else is refused before a byte is written. It keeps nothing but a hint.</summary>
internal struct PublishRules(bool hasHeaders, int maxControlLine)
{
    private string? _lastSubject; // publishers tend to repeat one string

    /// <summary>Checks a call with its options. An owner is handed over with the call, so it is disposed when the call is refused.</summary>
    public void Check<T>(string subject, string? replyTo, NatsHeaders? headers, T? data, NatsPubOpts? opts, TimeSpan? replyTimeout = null)
    {
        try
        {
            Check(subject, replyTo, headers);
            CheckTimeout(opts?.Timeout, nameof(NatsPubOpts));
            CheckTimeout(replyTimeout, "NatsSubOpts");
        }
        catch
        {
            PayloadForm.Release(data!);
            throw;
        }
    }

    /// <summary>Whether values are serialized as without a registry of the application.</summary>
    public bool HasDefaultRegistry { readonly get; init; }

    /// <summary>Whether headers may be sent.</summary>
    public readonly bool AllowsHeaders => hasHeaders;

    /// <summary>Whether the subjects are certainly valid, because they are those of the last message or plain ones. False says nothing.</summary>
    public readonly bool AreKnown(OutboundBuffer outbound, string subject, string? replyTo) =>
        (outbound.IsLast(subject, replyTo) && (replyTo is null || SubjectRules.AreShort(subject, replyTo, maxControlLine)))
        || SubjectRules.IsPlain(subject, replyTo, maxControlLine);

    /// <summary>Cancelled before anything was done. The memory owner passed by the caller is disposed nevertheless.</summary>
    public static ValueTask Cancelled<T>(T? data, CancellationToken cancellationToken)
    {
        PayloadForm.Release(data!);
        return ValueTask.FromCanceled(cancellationToken);
    }

    /// <inheritdoc cref="Cancelled{T}(T, CancellationToken)"/>
    public static ValueTask<TReply> Cancelled<T, TReply>(T? data, CancellationToken cancellationToken)
    {
        PayloadForm.Release(data!);
        return ValueTask.FromCanceled<TReply>(cancellationToken);
    }

    private void Check(string subject, string? replyTo, NatsHeaders? headers)
    {
        if (subject is null || !ReferenceEquals(subject, _lastSubject))
        {
            SubjectRules.ThrowIfInvalidPublish(subject!, nameof(subject), maxControlLine);
            _lastSubject = subject;
        }

        if (replyTo is not null)
        {
            SubjectRules.ThrowIfInvalidReplyTo(replyTo, nameof(replyTo), maxControlLine);
            SubjectRules.ThrowIfControlLineTooLong(subject!, replyTo, nameof(replyTo), maxControlLine);
        }

        if (headers is { Count: > 0 } && !hasHeaders)
        {
            throw OutboundOptions.NoHeaders();
        }
    }

    private static void CheckTimeout(TimeSpan? timeout, string options)
    {
        if (timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(options, timeout, $"{options}.Timeout must be above zero, or Timeout.InfiniteTimeSpan.");
        }
    }
}
