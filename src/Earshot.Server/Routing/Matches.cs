namespace Earshot.Server.Routing;

/// <summary>Who gets one subject: every plain subscriber, and one member of every queue group. Immutable.</summary>
internal sealed class Matches<T>(T[] plain, QueueGroup<T>[] queues)
{
    public static Matches<T> None { get; } = new([], []);

    public T[] Plain { get; } = plain;

    public QueueGroup<T>[] Queues { get; } = queues;

    public bool IsEmpty => Plain.Length == 0 && Queues.Length == 0;
}
