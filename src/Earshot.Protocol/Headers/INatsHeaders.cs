using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace Earshot;

/// <summary>
/// The headers of a message: names with one or more values each. Names are case-sensitive and keep their case and order
/// (ADR-4).
/// </summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "The name .NET users of NATS know.")]
public interface INatsHeaders : IDictionary<string, StringValues>
{
}
