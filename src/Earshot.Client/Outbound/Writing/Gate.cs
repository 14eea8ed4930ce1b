using System.Diagnostics;

namespace Earshot.Outbound;

/// <summary>
/// The one lock of the publish path. It is held for tens of nanoseconds and entered millions of times a second, so it differs from
/// <see cref="Lock"/> in two ways: its release is a plain store, and a thread that finds it taken backs off for a growing time, in which
/// the owner appends many messages instead of handing the lock and the buffer's cache lines over with each. It is not reentrant.
/// A struct, so that the lock statement cannot be used on it.
/// </summary>
internal struct Gate
{
    private const int FirstSpins = 25; // about a microsecond
    private const int MostSpins = 100;
    private const int SpinsBeforeYield = 20;

    private int _held;
    private int _owner; // in debug builds

    /// <summary>For assertions: only debug builds know.</summary>
    public readonly bool IsHeldByCurrentThread => _owner == Environment.CurrentManagedThreadId;

    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public Scope EnterScope()
    {
        Enter();
        return new Scope(ref this);
    }

    public void Enter()
    {
        Debug.Assert(!IsHeldByCurrentThread, "it would wait for itself");
        if (Interlocked.CompareExchange(ref _held, 1, 0) != 0)
        {
            WaitAndEnter();
        }

        SetOwner(Environment.CurrentManagedThreadId);
    }

    public bool TryEnter()
    {
        bool isHeld = TryHold();
        if (isHeld)
        {
            SetOwner(Environment.CurrentManagedThreadId);
        }

        return isHeld;
    }

    public void Exit()
    {
        SetOwner(0);
        Volatile.Write(ref _held, 0);
    }

    private bool TryHold() => Volatile.Read(ref _held) == 0 && Interlocked.CompareExchange(ref _held, 1, 0) == 0;

    private void WaitAndEnter()
    {
        int spins = FirstSpins;
        for (int i = 0; i < SpinsBeforeYield && Environment.ProcessorCount > 1; i++)
        {
            Thread.SpinWait(spins);
            if (TryHold())
            {
                return;
            }

            spins = Math.Min(MostSpins, spins * 2);
        }

        // The holder is not running, or is copying a large message: it needs the processor, and this thread does not.
        var wait = default(SpinWait);
        while (!TryHold())
        {
            wait.SpinOnce();
        }
    }

    [Conditional("DEBUG")]
    private void SetOwner(int thread) => _owner = thread;

    public readonly ref struct Scope(ref Gate gate)
    {
        private readonly ref Gate _gate = ref gate;

        public void Dispose() => _gate.Exit();
    }
}
