/** Who issues the tokens of couriers, and for whom. */
export const ISSUER = 'https://login.example.com';
export const AUDIENCE = 'deliveries';
export const SCOPE = 'deliveries/write';
