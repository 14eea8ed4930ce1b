namespace Earshot.JetStream.ConsumerGroups.Consuming;

/// <summary>A message between a run and an enumeration: either the enumeration takes it, or the run withdraws it. Safe for use from any thread.</summary>
internal sealed class HandedMessage<T>(NatsPcgMsg<T> message)
{
    private readonly TaskCompletionSource _processed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isDecided;

    public NatsPcgMsg<T> Message => message;

    /// <summary>Completes when the application has processed the message.</summary>
    public Task WhenProcessed => _processed.Task;

    /// <summary>The application processes it. False: it was withdrawn, and the server delivers it again.</summary>
    public bool TryTake() => TryDecide();

    /// <summary>It is returned to the server. False: it was taken.</summary>
    public bool TryWithdraw() => TryDecide();

    public void Processed() => _processed.TrySetResult();

    private bool TryDecide() => Interlocked.Exchange(ref _isDecided, 1) == 0;
}
