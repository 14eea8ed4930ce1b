#pragma warning disable CA1710
using Microsoft.Extensions.Primitives;

namespace Earshot;

/// <summary>Stands in for the Protocol type until it is merged.</summary>
public interface INatsHeaders : IDictionary<string, StringValues>;

/// <summary>Stands in for the Protocol type until it is merged.</summary>
public class NatsException : Exception
{
    /// <summary>Message only.</summary>
    public NatsException(string message)
        : base(message)
    {
    }

    /// <summary>Message and cause.</summary>
    public NatsException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
