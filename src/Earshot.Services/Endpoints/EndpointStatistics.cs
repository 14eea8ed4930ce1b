namespace Earshot.Services.Endpoints;

/// <summary>Counts the requests of one endpoint. Safe for use from any thread.</summary>
internal sealed class EndpointStatistics
{
    private readonly Lock _gate = new();
    private long _requests;
    private long _errors;
    private long _nanoseconds;
    private string? _lastError;

    public void Processed(TimeSpan elapsed)
    {
        lock (_gate)
        {
            _requests++;
            _nanoseconds += (long)elapsed.TotalNanoseconds;
        }
    }

    public void Failed(int code, string description)
    {
        lock (_gate)
        {
            _errors++;
            _lastError = $"{code}:{ErrorText.Cut(description)}";
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            (_requests, _errors, _nanoseconds, _lastError) = (0, 0, 0, null);
        }
    }

    public (long Requests, long Errors, long Nanoseconds, string? LastError) Read()
    {
        lock (_gate)
        {
            return (_requests, _errors, _nanoseconds, _lastError);
        }
    }
}
