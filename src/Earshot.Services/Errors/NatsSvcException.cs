namespace Earshot.Services;

/// <summary>A service could not be started or used.</summary>
/// <param name="message">The description.</param>
public class NatsSvcException(string message) : NatsException(message);
