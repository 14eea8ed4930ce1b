namespace Earshot.Events;

/// <summary>
/// Readers that cost a journal nothing while the process does not listen to their output. One object serves all
/// journals; which of its readers a journal has already is remembered by the journal, as a set of bits.
/// </summary>
internal interface IOnDemandReaders
{
    /// <summary>All of them.</summary>
    int All { get; }

    /// <summary>Coalescable kinds to record while one of them may still start.</summary>
    NatsEventFilter Coalescable { get; }

    /// <summary>An event is about to be appended: starts those whose output is listened to by now (<see cref="Journal.TryWake"/>), so that they read it.</summary>
    void Wake(Journal journal);
}
