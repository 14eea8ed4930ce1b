using System.Text;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>What the messages of one subscription have in common.</summary>
/// <param name="Subject">The subject that most of them have, unless it has wildcards; not written with them.</param>
/// <param name="IsExact">The array of a payload goes to the user as it is, so it must have the exact size.</param>
internal readonly record struct QueueFormat(string Subject, bool IsExact)
{
    // Up to here an array of its own costs more, for as long as the garbage collector meets it in the queue, than a second copy. A rented
    // array has to be had again before its last user has returned it: there the second copy pays much longer.
    private const int LargestInside = 512;
    private const int LargestInsidePooled = 32 * 1024;

    public QueuedHeader HeadOf(in ServerOperation message)
    {
        int content = message.Headers.Length + message.Payload.Length;
        bool isOverflow = content > LargestInside && (content > LargestInsidePooled || !IsPooled(message.Headers.Length, content));
        return new QueuedHeader(message, Ascii.Equals(message.Subject, Subject), isOverflow);
    }

    /// <summary>Headers and payload are read into a rented array.</summary>
    public bool IsPooled(QueuedHeader head) => IsPooled(head.Headers, head.Content);

    /// <summary>What the message counts against limits: subject, reply, headers and payload.</summary>
    public int Count(QueuedHeader head) => (head.Subject == 0 ? Subject.Length : head.Subject) + head.ReplyTo + head.Content;

    private bool IsPooled(int headers, int content) => content > 0 && !(IsExact && headers == 0);
}
