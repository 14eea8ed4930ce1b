namespace Earshot.Chaos;

/// <summary>How the clients under test reach the servers; auditors always use plain TCP and no proxy.</summary>
internal enum ChaosTransport
{
    Tcp,
    Tls,
    Ws,
}
